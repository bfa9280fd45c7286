/** Files on their way into a ticket: chosen and taken back, sent with how far each is, and another try. */

import { useCallback, useEffect, useRef, useState } from "react";
import { freshId } from "~/services/browser";
import { uploadAttachment } from "~/services/uploads";

export interface Upload {
  clientId: string;
  file: File;
  /** From 0 to 1. */
  share: number;
  /** `tooLarge` cannot be sent, however often one tries. */
  state: "picked" | "tooLarge" | "sending" | "done" | "failed";
  problem: string | null;
}

export interface Uploads {
  list: Upload[];
  /** Whether there is something that {@link Uploads.send} would send. */
  isReady: boolean;
  add: (files: File[]) => void;
  /** Sends what was picked into this ticket, in its order, and answers how many did not get there. */
  send: (ticket: string) => Promise<number>;
  again: (upload: Upload, ticket: string) => void;
  remove: (upload: Upload) => void;
}

/** How long a file that arrived is still shown. */
const SHOWN_MS = 1_500;

/** `sends` is where they go, and stays the same. */
export function useUploads(largest = Number.POSITIVE_INFINITY, sends = uploadAttachment): Uploads {
  const [list, setList] = useState<Upload[]>([]);
  const running = useRef(new Map<string, AbortController>());
  const now = useRef(list);
  now.current = list;

  useEffect(() => {
    const begun = running.current;
    return () => {
      for (const stop of begun.values()) stop.abort();
    };
  }, []);

  const change = useCallback((clientId: string, what: Partial<Upload>) => {
    setList((known) => known.map((other) => (other.clientId === clientId ? { ...other, ...what } : other)));
  }, []);

  const start = useCallback(
    async ({ clientId, file }: Upload, ticket: string): Promise<boolean> => {
      const stop = new AbortController();
      running.current.set(clientId, stop);
      change(clientId, { state: "sending", share: 0, problem: null });
      try {
        const outcome = await sends({
          ticket,
          file,
          clientId,
          onProgress: (share) => change(clientId, { share }),
          signal: stop.signal,
        });
        if (!outcome.isThere) {
          change(clientId, { state: "failed", problem: outcome.detail });
          return false;
        }
        change(clientId, { state: "done", share: 1 });
        setTimeout(() => setList((known) => known.filter((other) => other.clientId !== clientId)), SHOWN_MS);
        return true;
      } catch (error) {
        if (stop.signal.aborted) return true;
        const problem = error instanceof Error ? error.message : String(error);
        change(clientId, { state: "failed", problem });
        return false;
      } finally {
        running.current.delete(clientId);
      }
    },
    [change, sends],
  );

  const add = useCallback(
    (files: File[]) => {
      const added = files.map(
        (file): Upload => ({
          clientId: freshId(),
          file,
          share: 0,
          state: file.size > largest ? "tooLarge" : "picked",
          problem: null,
        }),
      );
      setList((known) => [...known, ...added]);
    },
    [largest],
  );

  const send = useCallback(
    async (ticket: string) => {
      const picked = now.current.filter(({ state }) => state === "picked" || state === "failed");
      let failed = 0;
      // One after the other: the conversation has them in the order in which they were chosen.
      for (const upload of picked) {
        const isWanted = now.current.some((other) => other.clientId === upload.clientId);
        if (isWanted && !(await start(upload, ticket))) failed += 1;
      }
      return failed;
    },
    [start],
  );

  const again = useCallback(
    (upload: Upload, ticket: string) => {
      void start(upload, ticket);
    },
    [start],
  );

  const remove = useCallback((upload: Upload) => {
    running.current.get(upload.clientId)?.abort();
    setList((known) => known.filter((other) => other.clientId !== upload.clientId));
  }, []);

  return { list, isReady: list.some(({ state }) => state === "picked"), add, send, again, remove };
}

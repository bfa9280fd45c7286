/** Files on their way into a ticket: how far each is, another try, taking one back. */
import { useCallback, useRef, useState } from "react";
import { uploadAttachment } from "~/services/uploads";

export interface Upload {
  clientId: string;
  file: File;
  /** From 0 to 1. */
  share: number;
  state: "sending" | "done" | "failed";
  problem: string | null;
}

export interface Uploads {
  list: Upload[];
  add: (files: File[]) => void;
  again: (upload: Upload) => void;
  remove: (upload: Upload) => void;
}

/** How long a file that arrived is still shown. */
const SHOWN_MS = 1_500;

export function useUploads(ticket: string): Uploads {
  const [list, setList] = useState<Upload[]>([]);
  const running = useRef(new Map<string, AbortController>());

  const change = useCallback((clientId: string, what: Partial<Upload>) => {
    setList((now) => now.map((other) => (other.clientId === clientId ? { ...other, ...what } : other)));
  }, []);

  const start = useCallback(
    async ({ clientId, file }: Upload) => {
      const stop = new AbortController();
      running.current.set(clientId, stop);
      try {
        const outcome = await uploadAttachment({
          ticket,
          file,
          clientId,
          onProgress: (share) => change(clientId, { share }),
          signal: stop.signal,
        });
        if (outcome.message === null) {
          change(clientId, { state: "failed", problem: outcome.detail });
          return;
        }
        change(clientId, { state: "done", share: 1 });
        setTimeout(() => setList((now) => now.filter((other) => other.clientId !== clientId)), SHOWN_MS);
      } catch (error) {
        if (stop.signal.aborted) return;
        change(clientId, {
          state: "failed",
          problem: error instanceof Error ? error.message : String(error),
        });
      } finally {
        running.current.delete(clientId);
      }
    },
    [ticket, change],
  );

  const add = useCallback(
    (files: File[]) => {
      const added = files.map(
        (file): Upload => ({
          clientId: crypto.randomUUID(),
          file,
          share: 0,
          state: "sending",
          problem: null,
        }),
      );
      setList((now) => [...now, ...added]);
      for (const upload of added) void start(upload);
    },
    [start],
  );

  const again = useCallback(
    (upload: Upload) => {
      change(upload.clientId, { state: "sending", share: 0, problem: null });
      void start(upload);
    },
    [change, start],
  );

  const remove = useCallback((upload: Upload) => {
    running.current.get(upload.clientId)?.abort();
    setList((now) => now.filter((other) => other.clientId !== upload.clientId));
  }, []);

  return { list, add, again, remove };
}

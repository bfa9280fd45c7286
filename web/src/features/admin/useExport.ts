import { useRef, useState } from "react";
import { ask } from "~/api/client";
import type { TicketQuery } from "~/services/supportService";
import { tellFailed } from "~/ui/Toast";

export interface Export {
  /** How many bytes have come; null while nothing is on its way. */
  received: number | null;
  start: (query: TicketQuery) => void;
  cancel: () => void;
}

/** Fetches the table of a filter, which takes the token, and saves it as a file once it is whole. */
export function useExport(): Export {
  const [received, setReceived] = useState<number | null>(null);
  const stop = useRef<AbortController>(null);
  const start = async (query: TicketQuery) => {
    const running = new AbortController();
    stop.current = running;
    setReceived(0);
    try {
      const table = await fetched(exportUrl(query), running.signal, setReceived);
      save(table, `tickets-${new Date().toISOString().slice(0, 10)}.csv`);
    } catch (error) {
      if (!running.signal.aborted) tellFailed(error, () => void start(query));
    } finally {
      if (stop.current === running) setReceived(null);
    }
  };
  return { received, start: (query) => void start(query), cancel: () => stop.current?.abort() };
}

/** Where the table of a list's filter is. */
export function exportUrl({ sort: _, order: __, cursor: ___, limit: ____, ...filter }: TicketQuery): URL {
  const url = new URL("/api/support/tickets/export.csv", location.origin);
  for (const [name, value] of Object.entries(filter)) {
    for (const one of [value].flat())
      if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
  }
  // Excel takes UTF-8 for what it is by this mark alone.
  url.searchParams.set("bom", "yes");
  return url;
}

async function fetched(url: URL, signal: AbortSignal, onProgress: (bytes: number) => void): Promise<Blob> {
  const answer = await ask(new Request(url, { signal }));
  const reader = answer.body?.getReader();
  if (!reader) return answer.blob();
  const parts: BlobPart[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts, { type: "text/csv" });
    parts.push(value);
    bytes += value.byteLength;
    onProgress(bytes);
  }
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

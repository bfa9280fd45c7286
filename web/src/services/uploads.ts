/** Sending files, with their progress. The `clientId` makes sending one again harmless. */
import { ProblemError } from "~/api/problem";
import type { FileOutcome } from "~/api/schema";
import { accessToken } from "~/session/tokens";

export interface Upload {
  ticket: string;
  file: File;
  clientId: string;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Sends one file into a ticket: the plan's `uploadAttachment`. `fetch` cannot tell how much has been sent. */
export async function uploadAttachment({
  ticket,
  file,
  clientId,
  onProgress,
  signal,
}: Upload): Promise<FileOutcome> {
  const token = await accessToken();
  const form = new FormData();
  form.set("clientId", clientId);
  form.set("files", file, file.name);
  const answer = await new Promise<XMLHttpRequest>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/support/tickets/${encodeURIComponent(ticket)}/upload`);
    if (token) request.setRequestHeader("authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) =>
      onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new ProblemError(0, "offline", ""));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
  const body = JSON.parse(answer.responseText || "{}") as Record<string, unknown>;
  const outcome = (body.files as FileOutcome[] | undefined)?.[0];
  if (outcome) return outcome;
  throw new ProblemError(
    answer.status,
    String(body.title ?? answer.statusText),
    String(body.detail ?? ""),
    [],
    String(body.requestId ?? "") || null,
  );
}

/** Sending files, with their progress. The `clientId` makes sending one again harmless. */
import { ProblemError } from "~/api/problem";
import type { FileOutcome, NoteFileOutcome } from "~/api/schema";
import { accessToken } from "~/session/tokens";

export interface Upload {
  ticket: string;
  file: File;
  clientId: string;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** What became of a file; why it was refused, when it was. */
export interface Outcome {
  isThere: boolean;
  detail: string | null;
}

/** Sends one file into a ticket: the plan's `uploadAttachment`. */
export async function uploadAttachment(upload: Upload): Promise<Outcome> {
  const { message, detail } = await send<FileOutcome>("upload", upload);
  return { isThere: message !== null, detail };
}

/** Sends one file into the notes about a ticket, which only staff see. */
export async function uploadNote(upload: Upload): Promise<Outcome> {
  const { note, detail } = await send<NoteFileOutcome>("notes", upload);
  return { isThere: note !== null, detail };
}

/** `fetch` cannot tell how much has been sent. */
async function send<Of>(
  where: "upload" | "notes",
  { ticket, file, clientId, onProgress, signal }: Upload,
): Promise<Of> {
  const token = await accessToken();
  const form = new FormData();
  form.set("clientId", clientId);
  form.set("files", file, file.name);
  const answer = await new Promise<XMLHttpRequest>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/support/tickets/${encodeURIComponent(ticket)}/${where}`);
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
  const outcome = (body.files as Of[] | undefined)?.[0];
  if (outcome) return outcome;
  throw new ProblemError(
    answer.status,
    String(body.title ?? answer.statusText),
    String(body.detail ?? ""),
    [],
    String(body.requestId ?? "") || null,
  );
}

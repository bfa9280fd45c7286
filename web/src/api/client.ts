/** How every request of the page is made: with the token, once more with a fresh one, and a refusal as an error. */
import createClient from "openapi-fetch";
import { ProblemError, problemOf } from "~/api/problem";
import type { paths } from "~/api/schema";
import { accessToken, refused } from "~/session/tokens";

/** Asks the desk; a refusal is thrown as a {@link ProblemError}. */
export async function ask(request: Request): Promise<Response> {
  const token = await accessToken();
  // A body can be read once, and may be needed again.
  let response = await send(request.clone(), token);
  if (response.status === 401 && token) {
    refused(token);
    const next = await accessToken();
    if (next) response = await send(request, next);
  }
  if (!response.ok && response.status !== 304) throw await problemOf(response);
  return response;
}

async function send(request: Request, token: string | null): Promise<Response> {
  if (token) request.headers.set("authorization", `Bearer ${token}`);
  try {
    return await globalThis.fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ProblemError(0, "offline", "");
  }
}

/** Every route of the desk, by method and path, as docs/openapi.json has them. */
export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "", fetch: ask });

/** The data of an answer; refusals have been thrown. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

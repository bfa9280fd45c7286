/** What only staff ask of the desk. */
import { api, data } from "~/api/client";
import type { Note, paths } from "~/api/schema";

export type { Note };
export type TimelineEntry = Awaited<ReturnType<typeof getTimeline>>["items"][number];
type Changes = NonNullable<
  paths["/api/support/tickets/{id}"]["patch"]["requestBody"]
>["content"]["application/json"];

/** How many tickets each filter has, up to `cap`; usually 99. */
export function countTickets(q: string[], signal?: AbortSignal, cap?: number) {
  const query = cap === undefined ? { q } : { q, cap };
  return data(api.GET("/api/support/tickets/counts", { params: { query }, signal: signal ?? null }));
}

/** Who can have a ticket, those with the fewest open ones first. */
export function getAssignable(search: string, signal?: AbortSignal) {
  const query = search === "" ? {} : { search };
  return data(api.GET("/api/users/assignable", { params: { query }, signal: signal ?? null }));
}

export function getTeams(signal?: AbortSignal) {
  return data(api.GET("/api/teams", { signal: signal ?? null }));
}

export function editTicket(id: string, changes: Changes) {
  return data(api.PATCH("/api/support/tickets/{id}", { params: { path: { id } }, body: changes }));
}

export function getTimeline(id: string, signal?: AbortSignal) {
  return data(
    api.GET("/api/support/tickets/{id}/timeline", {
      params: { path: { id }, query: { limit: 100 } },
      signal: signal ?? null,
    }),
  );
}

export function getNotes(id: string, signal?: AbortSignal) {
  return data(
    api.GET("/api/support/tickets/{id}/notes", {
      params: { path: { id }, query: { limit: 100 } },
      signal: signal ?? null,
    }),
  );
}

/** Writes a note; the `clientId` makes writing it again harmless. */
export function writeNote(id: string, note: string, clientId: string) {
  return data(
    api.POST("/api/support/tickets/{id}/notes", { params: { path: { id } }, body: { note, clientId } }),
  );
}

export function deleteNote(id: string, note: string) {
  return data(api.DELETE("/api/support/tickets/{id}/notes/{note}", { params: { path: { id, note } } }));
}

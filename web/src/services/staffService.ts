/** What only staff ask of the desk. */
import { api, data } from "~/api/client";
import type { Note, paths } from "~/api/schema";
import { getTicketStats, type TicketQuery } from "~/services/supportService";

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

/** How many tickets there are at all. */
export async function countEverything(): Promise<number> {
  const today = new Date().toISOString().slice(0, 10);
  return (await getTicketStats({ from: today, to: today })).now.total;
}

/** A page of tickets in which words stand, each with where. */
export async function findTickets({ sort: _, order: __, ...query }: TicketQuery, signal?: AbortSignal) {
  const found = await data(
    api.GET("/api/support/search", { params: { query: { ...query, scope: "all" } }, signal: signal ?? null }),
  );
  const items = found.items.map(({ ticket, matches }) => ({ ...ticket, matches }));
  return { items, nextCursor: found.nextCursor };
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

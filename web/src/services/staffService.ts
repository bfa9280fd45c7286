/** What only staff ask of the desk. */
import { api, data } from "~/api/client";
import type { Note, paths, TimelineEntry } from "~/api/schema";
import { getTicketStats, type TicketQuery } from "~/services/supportService";

export type { Note, TimelineEntry };

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

/** Gives the ticket to a team; `null` takes it back. Who of them has it stays. */
export function assignTeam(id: string, teamId: string | null) {
  return data(api.PATCH("/api/support/tickets/{id}/assign", { params: { path: { id } }, body: { teamId } }));
}

/** From this message on, for oneself. */
export function markUnread(id: string, message: string) {
  return data(api.POST("/api/support/tickets/{id}/unread", { params: { path: { id } }, body: { message } }));
}

/** Lets somebody of the desk or of Matrix into a ticket. */
export function addParticipant(id: string, guest: { userId: string } | { matrixId: string }) {
  return data(api.POST("/api/support/tickets/{id}/participants", { params: { path: { id } }, body: guest }));
}

export function removeParticipant(id: string, userId: string) {
  return data(
    api.DELETE("/api/support/tickets/{id}/participants", { params: { path: { id } }, body: { userId } }),
  );
}

/** Who of staff sees a confidential ticket. */
export function getNamedStaff(id: string, signal?: AbortSignal) {
  return data(
    api.GET("/api/support/tickets/{id}/staff", { params: { path: { id } }, signal: signal ?? null }),
  );
}

export function nameStaff(id: string, userId: string) {
  return data(api.POST("/api/support/tickets/{id}/staff", { params: { path: { id } }, body: { userId } }));
}

export function unnameStaff(id: string, person: string) {
  return data(api.DELETE("/api/support/tickets/{id}/staff/{person}", { params: { path: { id, person } } }));
}

/** Everything of a list that goes on, page by page. */
async function whole<T>(
  read: (query: { limit: number; cursor?: string }) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page = await read({ limit: 100, ...(cursor !== null && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** What happened to a ticket, oldest first. */
export function getTimeline(id: string, signal?: AbortSignal) {
  return whole((query) =>
    data(
      api.GET("/api/support/tickets/{id}/timeline", {
        params: { path: { id }, query },
        signal: signal ?? null,
      }),
    ),
  );
}

/** What staff told each other about a ticket, the latest first. */
export function getNotes(id: string, signal?: AbortSignal) {
  return whole((query) =>
    data(
      api.GET("/api/support/tickets/{id}/notes", {
        params: { path: { id }, query },
        signal: signal ?? null,
      }),
    ),
  );
}

/** Writes a note; the `clientId` makes writing it again harmless. */
export function writeNote(id: string, note: string, mentions: string[], clientId: string) {
  const body = { note, clientId, ...(mentions.length > 0 && { mentions }) };
  return data(api.POST("/api/support/tickets/{id}/notes", { params: { path: { id } }, body }));
}

export function deleteNote(id: string, note: string) {
  return data(api.DELETE("/api/support/tickets/{id}/notes/{note}", { params: { path: { id, note } } }));
}

export function editNote(id: string, note: string, text: string) {
  return data(
    api.PATCH("/api/support/tickets/{id}/notes/{note}", {
      params: { path: { id, note } },
      body: { note: text },
    }),
  );
}

/** Sends a note again that did not come into its room. */
export function retryNote(id: string, note: string) {
  return data(api.POST("/api/support/tickets/{id}/notes/{note}/retry", { params: { path: { id, note } } }));
}

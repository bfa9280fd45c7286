import type { Ticket } from "~/api/schema";

const DAY_MS = 24 * 3600_000;

/** Whether nothing is left to be done about a ticket. */
export function isDone({ status }: Pick<Ticket, "status">): boolean {
  return status === "closed" || status === "resolved";
}

/** Until when a ticket that is done can be reopened; later, what is written opens another one. */
export function reopenableUntil(
  ticket: Pick<Ticket, "status" | "closedAt" | "resolvedAt">,
  reopenDays: number,
): number | null {
  if (!isDone(ticket)) return null;
  const since = [ticket.closedAt, ticket.resolvedAt].flatMap((at) => (at ? [Date.parse(at)] : []));
  return since.length > 0 ? Math.max(...since) + reopenDays * DAY_MS : null;
}

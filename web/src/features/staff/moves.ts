/** Where staff may put a ticket from where it stands; the desk decides, this spares asking for what it refuses. */
import type { FullTicket, TicketStatus } from "~/api/schema";
import { closeTicket, reopenTicket, updateTicketStatus } from "~/services/supportService";

const MOVES: Record<TicketStatus, readonly TicketStatus[]> = {
  open: ["in-progress", "pending", "resolved", "closed"],
  pending: ["open", "in-progress", "resolved", "closed"],
  "in-progress": ["open", "pending", "resolved", "closed"],
  resolved: ["open", "in-progress", "closed"],
  closed: ["open"],
};

export function movesFrom(status: TicketStatus): readonly TicketStatus[] {
  return MOVES[status];
}

export function isDone(status: TicketStatus): boolean {
  return status === "resolved" || status === "closed";
}

/** The steps between two statuses, all of them legal: for the way back. */
export function wayBetween(from: TicketStatus, to: TicketStatus): TicketStatus[] {
  if (from === to) return [];
  return MOVES[from].includes(to) ? [to] : ["open", ...wayBetween("open", to)];
}

/** Puts a ticket from one status into another; what came of it goes with what is done. */
export function moveTicket(id: string, from: TicketStatus, to: TicketStatus, resolution?: string) {
  if (to === "closed") return closeTicket(id, resolution);
  if (to === "open" && isDone(from)) return reopenTicket(id);
  return updateTicketStatus(id, to, resolution);
}

/** Puts a ticket back where it stood. */
export async function moveBack({ id, status, resolution }: FullTicket, from: TicketStatus): Promise<unknown> {
  let at = from;
  let ticket: unknown;
  for (const step of wayBetween(from, status)) {
    ticket = await moveTicket(id, at, step, (isDone(step) && resolution) || undefined);
    at = step;
  }
  return ticket;
}

import { useInfiniteQuery } from "@tanstack/react-query";
import type { Listed, ListState } from "~/features/tickets/TicketList";
import { queryOf, searchOf, type TicketSearch } from "~/features/tickets/ticketSearch";
import { foundTickets, ticketList } from "~/hooks/useSupport";

/** One's own tickets as they were asked for: a list, or what has the words that were typed. */
export function useOwnTickets(search: TicketSearch): { tickets: Listed[]; list: ListState } {
  const words = searchOf(search);
  const list = useInfiniteQuery({ ...ticketList(queryOf(search)), enabled: words === null });
  const found = useInfiniteQuery({ ...foundTickets(words ?? {}), enabled: words !== null });
  if (words === null) {
    const tickets = list.data?.pages.flatMap((page) => page.items) ?? [];
    return { tickets: once(tickets.map((ticket) => ({ ticket }))), list };
  }
  const tickets = found.data?.pages.flatMap((page) => page.items) ?? [];
  return {
    tickets: once(tickets.map(({ ticket, matches }) => ({ ticket, place: matches[0] }))),
    list: found,
  };
}

/** What moves while a list is read may come twice. */
function once(tickets: Listed[]): Listed[] {
  const seen = new Set<string>();
  return tickets.filter(({ ticket }) => !seen.has(ticket.id) && seen.add(ticket.id));
}

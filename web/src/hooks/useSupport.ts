/** Tickets as the page keeps them: lists page by page, single ones, and what is done to them. The plan's `useSupport`. */
import { type InfiniteData, infiniteQueryOptions, queryOptions, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { FoundList, FullTicket, OwnTicketList, TicketStatus } from "~/api/schema";
import {
  countMyTickets,
  getAllTickets,
  getMyTickets,
  getTicketById,
  type SearchQuery,
  searchTickets,
  type TicketQuery,
} from "~/services/supportService";

export type TicketPages = InfiniteData<OwnTicketList>;

/** A list that goes on; `all` for every ticket of the desk. */
export function ticketList(query: TicketQuery, scope: "mine" | "all" = "mine") {
  return infiniteQueryOptions({
    queryKey: ["tickets", scope, query] as const,
    queryFn: ({ pageParam, signal }) =>
      (scope === "all" ? getAllTickets : getMyTickets)(
        { ...query, ...(pageParam && { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: OwnTicketList) => page.nextCursor ?? undefined,
  });
}

export type FoundPages = InfiniteData<FoundList>;

/** One's own tickets in which words stand, the best first. */
export function foundTickets(query: SearchQuery) {
  return infiniteQueryOptions({
    queryKey: ["tickets", "found", query] as const,
    queryFn: ({ pageParam, signal }) =>
      searchTickets({ ...query, scope: "mine", ...(pageParam && { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: FoundList) => page.nextCursor ?? undefined,
  });
}

/** How many of one's own tickets there are in each status, and altogether first. */
export function ownCounts(statuses: readonly TicketStatus[]) {
  return queryOptions({
    queryKey: ["tickets", "counts", "mine", statuses] as const,
    queryFn: ({ signal }) => countMyTickets(["", ...statuses.map((status) => `status:${status}`)], signal),
  });
}

export function ticketById(id: string) {
  return queryOptions<FullTicket>({
    queryKey: ["ticket", id],
    queryFn: ({ signal }) => getTicketById(id, signal),
  });
}

/** Reads a ticket before it is opened. */
export function useTicketIntent(): (id: string) => void {
  const queries = useQueryClient();
  return useCallback((id) => void queries.prefetchQuery(ticketById(id)), [queries]);
}

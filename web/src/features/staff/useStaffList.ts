/** A list of staff, live: what comes, changes and goes is told by the socket, and rows stay where somebody reads. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  useInfiniteQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { onConnected, on as onLive, unwatchList, watchList } from "~/services/socketService";
import { findTickets } from "~/services/staffService";
import { getAllTickets } from "~/services/supportService";
import { useMe } from "~/session/session";
import {
  begun,
  changed,
  type ListPage,
  type ListPages,
  type ListTicket,
  ticketIn,
  unreadAfter,
  withHead,
  without,
} from "./listPages";
import { type StaffList, type StaffSearch, staffList, textOf } from "./views";

const LISTS = "staff-list";
/** What comes in a burst is shown together. */
const TOGETHER_MS = 400;
/** A list that was read longer ago is read again when it is shown. */
const FRESH_MS = 3_000;
/** So many pages of it; what lies further is fetched on the way there. */
const MOST_PAGES = 10;

function pageOf(
  { query, isFound }: StaffList,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<ListPage> {
  const asked = { ...query, ...(cursor && { cursor }) };
  return isFound ? findTickets(asked, signal) : getAllTickets(asked, signal);
}

function listOptions(list: StaffList) {
  return infiniteQueryOptions<
    ListPage,
    Error,
    InfiniteData<ListPage, string | null>,
    readonly unknown[],
    string | null
  >({
    queryKey: [LISTS, list.query],
    queryFn: ({ pageParam, signal }) => pageOf(list, pageParam, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    // What is watched is told of; the rest is read again when it is shown.
    staleTime: list.isFound ? 15_000 : Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: list.isFound,
  });
}

/** Shows another look of a ticket in every list that is kept; the answer takes it back. */
export function showInLists(queries: QueryClient, id: string, what: Partial<ListTicket>): () => void {
  const kept = queries.getQueriesData<ListPages>({ queryKey: [LISTS] });
  queries.setQueriesData<ListPages>({ queryKey: [LISTS] }, (list) => list && changed(list, id, what));
  return () => {
    for (const [key, list] of kept) {
      const before = ticketIn(list, id);
      if (before) queries.setQueryData<ListPages>(key, (now) => now && changed(now, id, before));
    }
  };
}

/** A ticket as a list that is kept shows it. */
export function ticketInLists(queries: QueryClient, id: string): ListTicket | undefined {
  for (const [, list] of queries.getQueriesData<ListPages>({ queryKey: [LISTS] })) {
    const ticket = ticketIn(list, id);
    if (ticket) return ticket;
  }
  return undefined;
}

/** The name of a student of whom a list that is kept has a ticket. */
export function studentInLists(queries: QueryClient, student: string): string | undefined {
  for (const [, list] of queries.getQueriesData<ListPages>({ queryKey: [LISTS] })) {
    for (const page of list?.pages ?? []) {
      const ticket = page.items.find(({ createdBy }) => createdBy.id === student);
      if (ticket) return ticket.createdBy.displayName;
    }
  }
  return undefined;
}

/** Why rows are to stay where they are: somebody reads further down, or is about to press one. */
export type Held = "scrolled" | "pointed" | null;

/** The list of an address. While it is held nothing is put in or moved: `waiting` is how many would be. */
export function useStaffList(search: StaffSearch, open: string | undefined, isHeld: () => Held) {
  const me = useMe();
  const queries = useQueryClient();
  const wanted = useMemo(() => staffList(search), [search]);
  const text = textOf(wanted);
  const options = useMemo(() => listOptions(wanted), [wanted]);
  const list = useInfiniteQuery(options);
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const held = useRef(isHeld);
  held.current = isHeld;
  /** The number of the ticket that is open, and read as it goes on. */
  const opened = useRef(open);
  opened.current = open;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  /** Reads the beginning of the list again and puts it before what is known. */
  const refresh = useCallback(async () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const head = await pageOf(wanted, null).catch(() => null);
    if (!head) return;
    queries.setQueryData(options.queryKey, (now: ListPages | undefined) => now && withHead(now, head));
    setWaiting(new Set());
  }, [queries, wanted, options]);

  /** Reads everything that is known again: what left the list meanwhile was not told. */
  const readAgain = useCallback(() => {
    queries.setQueryData(options.queryKey, (now: ListPages | undefined) => now && begun(now, MOST_PAGES));
    return queries.invalidateQueries({ queryKey: options.queryKey, exact: true });
  }, [queries, options]);

  const soon = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const why = held.current();
      if (why === null) void refresh();
      else if (why === "pointed") soon();
    }, TOGETHER_MS);
  }, [refresh]);

  useEffect(() => {
    setWaiting(new Set());
    if (wanted.isFound) return;
    let watch: number | undefined;
    let isOver = false;
    const stop = [
      onLive("list-changed", (told) => {
        if (told.watch !== watch) return;
        const { item, ticket: id } = told;
        const known = ticketIn(queries.getQueryData<ListPages>(options.queryKey), id);
        if (!item || told.gone) {
          queries.setQueryData(options.queryKey, (now: ListPages | undefined) => now && without(now, id));
          setWaiting((now) => (now.has(id) ? new Set([...now].filter((other) => other !== id)) : now));
          return;
        }
        if (known) {
          const isSeen = item.ticketId === opened.current && document.visibilityState === "visible";
          const shown = { ...item, unreadCount: isSeen ? 0 : unreadAfter(known, item, me.id) };
          queries.setQueryData(
            options.queryKey,
            (now: ListPages | undefined) => now && changed(now, id, shown),
          );
        }
        const hasNews = !known || item.messageCount > known.messageCount;
        if (hasNews) setWaiting((now) => new Set(now).add(id));
        if (hasNews || held.current() !== "scrolled") soon();
      }),
      onConnected(async () => {
        const answer = await watchList(text).catch(() => null);
        if (!answer) return;
        if (isOver) return unwatchList(answer.watch);
        watch = answer.watch;
        const readAt = queries.getQueryState(options.queryKey)?.dataUpdatedAt ?? 0;
        if (readAt > 0 && Date.now() - readAt > FRESH_MS) void readAgain();
      }),
    ];
    return () => {
      isOver = true;
      clearTimeout(timer.current);
      timer.current = undefined;
      for (const end of stop) end();
      if (watch !== undefined) unwatchList(watch);
    };
  }, [queries, options, text, wanted, me.id, readAgain, soon]);

  // What moved while the list was read may stand on two pages.
  const tickets = useMemo(() => {
    const all = list.data?.pages.flatMap((page) => page.items) ?? [];
    const first = new Map(all.toReversed().map((ticket) => [ticket.id, ticket]));
    return all.filter((ticket) => first.get(ticket.id) === ticket);
  }, [list.data]);
  return { list, tickets, waiting: waiting.size, refresh, isFound: wanted.isFound, text };
}

export type StaffListNow = ReturnType<typeof useStaffList>;

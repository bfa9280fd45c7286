import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { OwnTicketList } from "~/api/schema";
import { changed, ticketIn, unreadAfter, without } from "~/features/staff/listPages";
import { ticketList } from "~/hooks/useSupport";
import { onConnected, on as onLive, unwatchList, watchList } from "~/services/socketService";
import type { TicketQuery } from "~/services/supportService";
import { useMe } from "~/session/session";

type Pages = InfiniteData<OwnTicketList>;

/** As many as the desk gives at once: the table shows many. */
const PAGE = 100;

/**
 * The tickets of a filter, page by page. What changes in them and what leaves is shown at once, where it stands; what
 * comes in is counted, and put in when that is asked for, so that no row moves under the pointer.
 */
export function useTicketTable(query: TicketQuery, filter: string) {
  const queries = useQueryClient();
  const me = useMe();
  const key = JSON.stringify(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the query is another one when its text is
  const options = useMemo(() => ticketList({ ...query, limit: PAGE }, "all"), [key]);
  const list = useInfiniteQuery({ ...options, placeholderData: (before) => before });
  const [news, setNews] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    setNews(new Set());
    let watch: number | undefined;
    let isOver = false;
    const change = (what: (now: Pages) => Pages) =>
      queries.setQueryData(options.queryKey, (now: Pages | undefined) => now && what(now));
    const stop = [
      onLive("list-changed", ({ watch: of, ticket, item, gone }) => {
        if (of !== watch) return;
        const known = ticketIn(queries.getQueryData<Pages>(options.queryKey), ticket);
        if (!item || gone) {
          change((now) => without(now, ticket) as Pages);
          setNews((now) => new Set([...now].filter((other) => other !== ticket)));
        } else if (known) {
          const shown = { ...item, unreadCount: unreadAfter(known, item, me.id) };
          change((now) => changed(now, ticket, shown) as Pages);
        } else {
          setNews((now) => new Set(now).add(ticket));
        }
      }),
      // A list of words is not watched: the desk refuses, and it is as it was read.
      onConnected(async () => {
        const answer = await watchList(filter).catch(() => null);
        if (!answer) return;
        if (isOver) unwatchList(answer.watch);
        else watch = answer.watch;
      }),
    ];
    return () => {
      isOver = true;
      for (const end of stop) end();
      if (watch !== undefined) unwatchList(watch);
    };
  }, [queries, options, filter, me.id]);

  const tickets = useMemo(() => {
    const all = list.data?.pages.flatMap((page) => page.items) ?? [];
    // What moved in the order while the list was followed may have come twice.
    return [...new Map(all.map((ticket) => [ticket.id, ticket])).values()];
  }, [list.data]);
  /** Reads the list anew from its beginning. */
  const showNews = useCallback(() => {
    setNews(new Set());
    queries.setQueryData(options.queryKey, (now: Pages | undefined) =>
      now ? { pages: now.pages.slice(0, 1), pageParams: now.pageParams.slice(0, 1) } : now,
    );
    void queries.invalidateQueries({ queryKey: options.queryKey });
  }, [queries, options]);
  return { list, tickets, news: news.size, showNews };
}

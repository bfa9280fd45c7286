import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Ticket } from "~/api/schema";
import { keepInSight, notify } from "~/app/notifications";
import { setUnread } from "~/app/pageTitle";
import * as live from "~/services/socketService";
import { countTickets } from "~/services/staffService";
import { countMyTickets } from "~/services/supportService";
import { isStaff, useMe } from "~/session/session";

/** Lists are read again at most so often, however much happens. */
const REREAD_MS = 1_000;
/** A message that is older was there before this page. */
const FRESH_MS = 2 * 60_000;

/** How many tickets have something that one has not read; of staff, of those that are theirs. */
export function useUnread(): { count: number; isMore: boolean; isKnown: boolean } {
  const me = useMe();
  const isStaffMember = isStaff(me.role);
  const { data: unread } = useQuery({
    queryKey: ["unread", isStaffMember],
    queryFn: () =>
      isStaffMember ? countTickets(["assignee:me unread:yes"]) : countMyTickets(["unread:yes"]),
  });
  const { count = 0, isMore = false } = unread?.items[0] ?? {};
  return { count, isMore, isKnown: unread !== undefined };
}

/** Keeps what is unread in the window's title, and tells of messages, on whichever page one is; shows nothing. */
export function LiveUpdates() {
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const isStaffMember = isStaff(me.role);
  const { count, isMore } = useUnread();
  const open = useRef<(ticket: Ticket) => void>(() => undefined);
  open.current = ({ ticketId }) =>
    void (isStaffMember
      ? navigate({ to: "/support/$ticketId", params: { ticketId } })
      : navigate({ to: "/tickets/$ticketId", params: { ticketId } }));

  useEffect(keepInSight, []);

  useEffect(() => {
    setUnread(count === 0 ? "" : `${count}${isMore ? "+" : ""}`);
    return () => setUnread("");
  }, [count, isMore]);

  useEffect(() => {
    let watch: number | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = new Map<string, string>();
    const reread = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: ["unread"] });
        if (!isStaffMember) void queries.invalidateQueries({ queryKey: ["tickets"] });
      }, REREAD_MS);
    };
    const stop = [
      live.on("list-changed", (told) => {
        if (told.watch !== watch) return;
        reread();
        const at = told.item?.lastMessageAt;
        if (!told.item || !at || heard.get(told.ticket) === at) return;
        const isFirst = !heard.has(told.ticket);
        heard.set(told.ticket, at);
        if (isFirst && Date.now() - Date.parse(at) > FRESH_MS) return;
        const { item } = told;
        if (item.lastMessageBy && item.lastMessageBy.id !== me.id)
          void notify(item, () => open.current(item));
      }),
      live.onConnected(async () => {
        watch = undefined;
        const answer = await live
          .watchList(isStaffMember ? "assignee:me" : "", isStaffMember ? "all" : "mine")
          .catch(() => null);
        watch = answer?.watch;
        reread();
      }),
    ];
    return () => {
      clearTimeout(timer);
      for (const end of stop) end();
      if (watch !== undefined) live.unwatchList(watch);
    };
  }, [me.id, isStaffMember, queries]);

  return null;
}

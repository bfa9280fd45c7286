import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { FullTicket, Message } from "~/api/schema";
import * as live from "~/services/socketService";
import { markAsRead } from "~/services/supportService";

const underWay = new Set<Promise<unknown>>();

/** Waits until the desk knows of everything that was read here. */
export async function readSoFar(): Promise<void> {
  await Promise.allSettled(underWay);
}

/** Tells that everything has been read once its end is seen, on a page that is looked at. */
export function useReading(
  ticket: FullTicket,
  latest: Message | undefined,
  isSeen: boolean,
  me: string,
): void {
  const queries = useQueryClient();
  const { ticketId } = ticket;
  const isNew =
    latest !== undefined && latest.sender.id !== me && !latest.readBy.some((read) => read.user === me);
  const id = isNew && isSeen ? latest.id : null;
  useEffect(() => {
    if (id === null) return;
    let isTold = false;
    const read = async () => {
      if (isTold || document.visibilityState !== "visible") return;
      isTold = true;
      const telling = live
        .markRead(id)
        .catch(() => markAsRead(id))
        .catch(() => {
          isTold = false;
        });
      underWay.add(telling);
      await telling;
      underWay.delete(telling);
      if (!isTold) return;
      queries.setQueryData<FullTicket>(
        ["ticket", ticketId],
        (known) => known && { ...known, unreadCount: 0 },
      );
      void queries.invalidateQueries({ queryKey: ["tickets"] });
      void queries.invalidateQueries({ queryKey: ["unread"] });
    };
    void read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [id, queries, ticketId]);
}

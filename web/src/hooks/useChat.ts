/** One ticket's conversation, live: the plan's `useChat`. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { ProblemError } from "~/api/problem";
import type { FullTicket, Message } from "~/api/schema";
import { EMPTY, type Outgoing, reduce } from "~/features/chat/conversation";
import * as live from "~/services/socketService";
import { getMessages, sendMessage as sendOverRest } from "~/services/supportService";
import { useMe } from "~/session/session";

const PAGE = 50;

/** The conversation of a ticket that has been read; it goes on from what was in that answer. */
export function useChat(ticket: FullTicket) {
  const { id } = ticket;
  const me = useMe();
  const queries = useQueryClient();
  const [now, dispatch] = useReducer(reduce, EMPTY, (empty) => ({
    ...empty,
    messages: ticket.messages.items,
    earlier: ticket.messages.prevCursor,
  }));
  const [isLoadingEarlier, setLoadingEarlier] = useState(false);
  const seen = useRef<number | undefined>(undefined);
  seen.current = now.change ?? undefined;

  const reload = useCallback(async () => {
    const page = await getMessages(id, { limit: PAGE });
    dispatch({ type: "loaded", messages: page.items, earlier: page.prevCursor });
  }, [id]);

  useEffect(() => {
    const ours = <T extends { ticket: string }>(listener: (told: T) => void) => {
      return (told: T) => told.ticket === id && listener(told);
    };
    const message = ours((told: Message & { change: number }) =>
      dispatch({ type: "message", message: told, change: told.change }),
    );
    const stop = [
      ...(["new-message", "message-edited", "message-deleted", "message-status", "reaction"] as const).map(
        (event) => live.on(event, message),
      ),
      live.onMessageRead(
        ours((read) =>
          dispatch({ type: "read", by: read.user, place: read.place, at: read.readAt, change: read.change }),
        ),
      ),
      live.onUserTyping(
        ours(({ users }) => dispatch({ type: "typing", people: users.filter((user) => user.id !== me.id) })),
      ),
      live.onTicketUpdated(
        ours((told) => {
          dispatch({ type: "change", change: told.change });
          queries.setQueryData<FullTicket>(
            ["ticket", ticket.ticketId],
            (known) => known && { ...known, ...told },
          );
          void queries.invalidateQueries({ queryKey: ["tickets"] });
        }),
      ),
      live.onConnected(async () => {
        try {
          const joined = await live.joinTicket(id, seen.current);
          dispatch({ type: "change", change: joined.change });
          // Between the answer over REST and this one something may have been said.
          if (joined.reload || seen.current === undefined) await reload();
        } catch {
          // The next connection tries again.
        }
      }),
    ];
    return () => {
      for (const end of stop) end();
      live.leaveTicket(id);
    };
  }, [id, me.id, queries, reload, ticket.ticketId]);

  const loadEarlier = useCallback(async () => {
    if (now.earlier === null || isLoadingEarlier) return;
    setLoadingEarlier(true);
    try {
      const page = await getMessages(id, { before: now.earlier, limit: PAGE });
      dispatch({ type: "earlier", messages: page.items, earlier: page.prevCursor });
    } finally {
      setLoadingEarlier(false);
    }
  }, [id, now.earlier, isLoadingEarlier]);

  const deliver = useCallback(
    async ({ clientId, text, replyTo }: Outgoing) => {
      const rest = { clientId, ...(replyTo && { replyTo }) };
      try {
        const message = await live.sendMessage(id, text, rest).catch((error: unknown) => {
          // Whatever became of it: under the same id it is said once.
          if (error instanceof ProblemError && error.status === 0) return sendOverRest(id, text, rest);
          throw error;
        });
        dispatch({ type: "message", message: message as Message });
      } catch (error) {
        dispatch({
          type: "failed",
          clientId,
          problem: error instanceof Error ? error.message : String(error),
        });
      }
    },
    [id],
  );

  const send = useCallback(
    (text: string, replyTo: string | null = null) => {
      const outgoing: Outgoing = {
        clientId: crypto.randomUUID(),
        text,
        replyTo,
        writtenAt: new Date().toISOString(),
        state: "sending",
        problem: null,
      };
      dispatch({ type: "written", outgoing });
      void deliver(outgoing);
    },
    [deliver],
  );

  const again = useCallback(
    (outgoing: Outgoing) => {
      dispatch({ type: "again", clientId: outgoing.clientId });
      void deliver(outgoing);
    },
    [deliver],
  );

  const drop = useCallback(
    (outgoing: Outgoing) => dispatch({ type: "dropped", clientId: outgoing.clientId }),
    [],
  );

  return { ...now, isLoadingEarlier, loadEarlier, send, again, drop, reload };
}

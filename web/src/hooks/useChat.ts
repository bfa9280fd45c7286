/** One ticket's conversation, live: the plan's `useChat`. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { ProblemError } from "~/api/problem";
import type { FullTicket, Message, PersonRef } from "~/api/schema";
import { type Action, EMPTY, type Outgoing, reduce } from "~/features/chat/conversation";
import { keepOutgoing, keptOutgoing } from "~/features/chat/outbox";
import { freshId } from "~/services/browser";
import * as live from "~/services/socketService";
import { deleteMessage, editMessage, getMessages, react, sendMessage } from "~/services/supportService";
import { useMe } from "~/session/session";

const PAGE = 50;

export interface Written {
  text: string;
  replyTo?: string | null;
  mentions?: string[];
}

/**
 * The conversation of a ticket that has been read; it goes on from what was in that answer. `onMovedOn` is told when
 * what was written opened another ticket.
 */
export function useChat(ticket: FullTicket, onMovedOn?: (ticket: string) => void) {
  const { id } = ticket;
  const me = useMe();
  const queries = useQueryClient();
  const [now, dispatch] = useReducer(reduce, EMPTY, (empty) => ({
    ...empty,
    messages: ticket.messages.items,
    earlier: ticket.messages.prevCursor,
    outgoing: keptOutgoing(me.id, id),
  }));
  const [isLoadingEarlier, setLoadingEarlier] = useState(false);
  const latest = useRef(now);
  latest.current = now;
  /** What is told while a page is being read: it is newer than the page. */
  const held = useRef<Action[] | null>(null);
  const movedOn = useRef(onMovedOn);
  movedOn.current = onMovedOn;

  const tell = useCallback((action: Action) => {
    held.current?.push(action);
    dispatch(action);
  }, []);

  const reload = useCallback(
    async (isAnew: boolean) => {
      held.current = [];
      try {
        const page = await getMessages(id, { limit: PAGE });
        dispatch({ type: "loaded", messages: page.items, earlier: page.prevCursor, isAnew });
        for (const action of held.current ?? []) dispatch(action);
      } finally {
        held.current = null;
      }
    },
    [id],
  );

  useEffect(() => keepOutgoing(me.id, id, now.outgoing), [me.id, id, now.outgoing]);

  const deliver = useCallback(
    async ({ clientId, text, replyTo, mentions }: Outgoing): Promise<boolean> => {
      const rest = { clientId, ...(replyTo && { replyTo }), ...(mentions.length > 0 && { mentions }) };
      dispatch({ type: "again", clientId });
      try {
        const message = await live.sendMessage(id, text, rest).catch((error: unknown) => {
          // Whatever became of it: under the same id it is said once.
          if (error instanceof ProblemError && error.status === 0) return sendMessage(id, text, rest);
          throw error;
        });
        if (message.ticket === id) {
          tell({ type: "message", message });
          return true;
        }
        dispatch({ type: "dropped", clientId });
        movedOn.current?.(message.ticket);
      } catch (error) {
        const isOffline = error instanceof ProblemError && error.status === 0;
        const problem = error instanceof Error ? error.message : String(error);
        dispatch(isOffline ? { type: "waiting", clientId } : { type: "failed", clientId, problem });
      }
      return false;
    },
    [id, tell],
  );

  const deliverWaiting = useCallback(async () => {
    // One after the other: they are said in the order in which they were written.
    for (const one of latest.current.outgoing.filter(({ state }) => state === "waiting")) await deliver(one);
  }, [deliver]);

  useEffect(() => {
    const ours = <T extends { ticket: string }>(listener: (told: T) => void) => {
      return (told: T) => told.ticket === id && listener(told);
    };
    const message = ours((told: Message & { change: number }) =>
      tell({ type: "message", message: told, change: told.change }),
    );
    const stop = [
      ...(["new-message", "message-edited", "message-deleted", "message-status", "reaction"] as const).map(
        (event) => live.on(event, message),
      ),
      live.onMessageRead(
        ours((read) =>
          tell({ type: "read", by: read.user, place: read.place, at: read.readAt, change: read.change }),
        ),
      ),
      live.onUserTyping(
        ours(({ users }) => tell({ type: "typing", people: users.filter((user) => user.id !== me.id) })),
      ),
      live.onConnection(() => {
        if (live.connectionNow() !== "connected") tell({ type: "typing", people: [] });
      }),
      live.onTicketUpdated(
        ours((told) => {
          tell({ type: "change", change: told.change });
          queries.setQueryData<FullTicket>(
            ["ticket", ticket.ticketId],
            (known) => known && { ...known, ...told },
          );
          void queries.invalidateQueries({ queryKey: ["tickets"] });
          void queries.invalidateQueries({ queryKey: ["timeline", id] });
        }),
      ),
      live.onConnected(async () => {
        try {
          const after = latest.current.change ?? undefined;
          const joined = await live.joinTicket(id, after);
          dispatch({ type: "change", change: joined.change });
          // Between the answer over REST and this one something may have been said.
          if (joined.reload || after === undefined) await reload(joined.reload);
          await deliverWaiting();
        } catch {
          // The next connection tries again.
        }
      }),
    ];
    return () => {
      for (const end of stop) end();
      live.leaveTicket(id);
    };
  }, [id, me.id, queries, reload, deliverWaiting, tell, ticket.ticketId]);

  const loadEarlier = useCallback(async (): Promise<boolean> => {
    const before = latest.current.earlier;
    if (before === null) return false;
    setLoadingEarlier(true);
    try {
      const page = await getMessages(id, { before, limit: PAGE });
      // Another answer may have been faster, or all was read anew meanwhile.
      if (latest.current.earlier !== before) return true;
      dispatch({ type: "earlier", messages: page.items, earlier: page.prevCursor });
      return page.prevCursor !== null;
    } finally {
      setLoadingEarlier(false);
    }
  }, [id]);

  /** Answers whether the desk has it; what could not be sent stays, with another try. */
  const send = useCallback(
    ({ text, replyTo = null, mentions = [] }: Written): Promise<boolean> => {
      const outgoing: Outgoing = {
        clientId: freshId(),
        text,
        replyTo,
        mentions,
        writtenAt: new Date().toISOString(),
        state: "sending",
        problem: null,
      };
      dispatch({ type: "written", outgoing });
      return deliver(outgoing);
    },
    [deliver],
  );

  const again = useCallback((outgoing: Outgoing) => void deliver(outgoing), [deliver]);

  const drop = useCallback(
    (outgoing: Outgoing) => dispatch({ type: "dropped", clientId: outgoing.clientId }),
    [],
  );

  /** Changes one's own message: shown at once, and as it was again when the desk refuses. */
  const edit = useCallback(
    async (message: Message, text: string) => {
      const { html, isEdited } = message;
      tell({ type: "shown", id: message.id, what: { message: text, html: null, isEdited: true } });
      try {
        tell({ type: "message", message: await editMessage(message.id, text) });
      } catch (error) {
        tell({ type: "shown", id: message.id, what: { message: message.message, html, isEdited } });
        throw error;
      }
    },
    [tell],
  );

  const remove = useCallback(
    async (message: Message) => tell({ type: "message", message: await deleteMessage(message.id) }),
    [tell],
  );

  const toggleReaction = useCallback(
    async (message: Message, reaction: string) => {
      const known = message.reactions.find((other) => other.reaction === reaction);
      const isOn = !known?.users.includes(me.id);
      const what = { type: "reacted", id: message.id, reaction, by: me.id } as const;
      tell({ ...what, isOn });
      try {
        tell({ type: "message", message: await react(message.id, reaction, isOn) });
      } catch (error) {
        tell({ ...what, isOn: !isOn });
        throw error;
      }
    },
    [me.id, tell],
  );

  const { createdBy, assignedTo, participants } = ticket;
  const people = useMemo(
    () =>
      byPerson([
        createdBy,
        assignedTo,
        ...now.readers,
        ...now.messages.map(({ sender }) => sender),
        ...participants,
      ]),
    [createdBy, assignedTo, participants, now.messages, now.readers],
  );

  return {
    ...now,
    people,
    isLoadingEarlier,
    loadEarlier,
    send,
    again,
    drop,
    edit,
    remove,
    toggleReaction,
    isTyping: now.typing.length > 0,
  };
}

export type Chat = ReturnType<typeof useChat>;

/** Whoever has a name in this conversation, by id. */
function byPerson(known: (PersonRef | null)[]): Map<string, PersonRef> {
  return new Map(known.flatMap((person) => (person ? [[person.id, person] as const] : [])));
}

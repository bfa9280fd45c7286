/** What only staff see between the messages: their notes, and what happened. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { FullTicket } from "~/api/schema";
import type { Extra } from "~/features/chat/ChatWindow";
import { usePainted } from "~/hooks/usePainted";
import * as live from "~/services/socketService";
import { getNotes, getTimeline, type Note } from "~/services/staffService";
import { NoteBubble } from "./NoteBubble";
import { grouped, TimelineLines } from "./TimelineLines";

export function notesKey(ticket: string) {
  return ["notes", ticket] as const;
}

/** Notes and the timeline, to stand between the messages. */
export function useStaffExtras(ticket: FullTicket, withTimeline: boolean): Extra[] {
  const queries = useQueryClient();
  const { id } = ticket;
  // The timeline grows with these; messages are no part of it.
  const { title, category, priority, context, confidential, tags, team, status } = ticket;
  const state = JSON.stringify([title, category, priority, context, confidential, tags, team?.id, status]);
  const isPainted = usePainted();
  const { data: notes } = useQuery({
    queryKey: notesKey(id),
    queryFn: ({ signal }) => getNotes(id, signal),
    enabled: isPainted,
  });
  const { data: timeline } = useQuery({
    queryKey: ["timeline", id, state],
    queryFn: ({ signal }) => getTimeline(id, signal),
    enabled: isPainted && withTimeline,
    placeholderData: (before) => before,
  });

  useEffect(() => {
    const told = (note: Note) => {
      if (note.ticket !== id) return;
      queries.setQueryData<Note[]>(notesKey(id), (known) => known && withNote(known, note));
    };
    const events = ["new-note", "note-edited", "note-deleted", "note-status"] as const;
    const stop = [
      ...events.map((event) => live.on(event, told)),
      live.onConnected(() => void queries.invalidateQueries({ queryKey: notesKey(id) })),
    ];
    return () => {
      for (const end of stop) end();
    };
  }, [id, queries]);

  return useMemo(() => {
    const written = (notes ?? []).map(
      (note): Extra => ({
        key: note.clientId ?? note.id,
        at: note.createdAt,
        node: <NoteBubble note={note} />,
      }),
    );
    const happened = withTimeline ? grouped(timeline ?? []) : [];
    const lines = happened.map(
      (group): Extra => ({ key: group.key, at: group.at, node: <TimelineLines happened={group} /> }),
    );
    return [...written, ...lines];
  }, [notes, timeline, withTimeline]);
}

/** A note as it is now, in the place of what was known of it. */
export function withNote(notes: Note[], note: Note): Note[] {
  const isSame = (other: Note) =>
    other.id === note.id || (note.clientId !== null && other.clientId === note.clientId);
  return notes.some(isSame) ? notes.map((other) => (isSame(other) ? note : other)) : [note, ...notes];
}

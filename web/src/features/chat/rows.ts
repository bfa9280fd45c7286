/** What stands in a conversation, from top to bottom. */
import type { ReactNode } from "react";
import type { Attachment, FullTicket, Message } from "~/api/schema";
import type { Outgoing } from "./conversation";

/** What follows another message of the same person within so long belongs to it. */
const TOGETHER_MS = 5 * 60_000;

const NOBODY: string[] = [];

export interface SaidRow {
  kind: "message";
  key: string;
  message: Message;
  /** The day that begins with it. */
  day: string | null;
  /** Follows another one of the same person at once. */
  isContinued: boolean;
  isFirstUnread: boolean;
  /** Who has read up to here, and no further. */
  readers: string[];
}

export type Row =
  | SaidRow
  | { kind: "extra"; key: string; extra: Extra }
  | { kind: "outgoing"; key: string; outgoing: Outgoing };

/** What stands between the messages for those who see more: a note, a line of the timeline. */
export interface Extra {
  key: string;
  at: string;
  node: ReactNode;
}

export function dayOf(at: string): string {
  return new Date(at).toDateString();
}

interface Parts {
  messages: Message[];
  outgoing: Outgoing[];
  extras: Extra[];
  firstUnread: string | null;
  /** Whose page this is: their face is not shown to themselves. */
  me: string;
}

export function rowsOf({ messages, outgoing, extras, firstUnread, me }: Parts): Row[] {
  const readers = lastReadBy(messages, me);
  const said = messages.map((message, index): Row => {
    const before = messages[index - 1];
    const isNewDay = !before || dayOf(before.createdAt) !== dayOf(message.createdAt);
    const isContinued =
      !isNewDay &&
      before.messageType !== "system" &&
      before.sender.id === message.sender.id &&
      message.id !== firstUnread &&
      Date.parse(message.createdAt) - Date.parse(before.createdAt) < TOGETHER_MS;
    return {
      kind: "message",
      // As it was called while it was on its way: what is shown stays where it is.
      key: message.clientId ?? message.id,
      message,
      day: isNewDay ? message.createdAt : null,
      isContinued,
      isFirstUnread: message.id === firstUnread,
      readers: readers.get(message.id) ?? NOBODY,
    };
  });
  const rows = withExtras(said, extras);
  return rows.concat(outgoing.map((one) => ({ kind: "outgoing", key: one.clientId, outgoing: one })));
}

/** Extras where their time puts them; those from before the first message that is known are left out. */
function withExtras(said: Row[], extras: Extra[]): Row[] {
  if (extras.length === 0) return said;
  const rows: Row[] = [];
  const left = extras.toSorted((one, other) => one.at.localeCompare(other.at));
  let next = 0;
  for (const row of said) {
    const at = row.kind === "message" ? row.message.createdAt : "";
    for (let extra = left[next]; extra && extra.at < at; extra = left[++next]) {
      if (rows.length > 0) rows.push({ kind: "extra", key: extra.key, extra });
    }
    rows.push(row);
  }
  return rows.concat(left.slice(next).map((extra) => ({ kind: "extra", key: extra.key, extra })));
}

/** By message, the others who have read up to it; whoever wrote later has read so far, and needs no face. */
function lastReadBy(messages: Message[], me: string): Map<string, string[]> {
  const done = new Set([me]);
  const faces = new Map<string, string[]>();
  for (const message of messages.toReversed()) {
    if (message.messageType === "system") continue;
    const here = message.readBy.map((read) => read.user).filter((user) => !done.has(user));
    if (here.length > 0) faces.set(message.id, here);
    for (const user of [...here, message.sender.id]) done.add(user);
  }
  return faces;
}

/** How many messages of others came after this place. */
export function newAfter(messages: Message[], place: number, me: string): number {
  return messages.filter(
    (message) => message.place > place && message.sender.id !== me && message.messageType !== "system",
  ).length;
}

/** The message with which begins what has not been read. */
export function firstUnreadOf(ticket: FullTicket, me: string): string | null {
  if (ticket.unreadCount === 0) return null;
  const others = ticket.messages.items.filter(
    (message) => message.sender.id !== me && message.messageType !== "system",
  );
  return others.at(-ticket.unreadCount)?.id ?? null;
}

/** The pictures of a conversation, in its order. */
export function picturesOf(messages: Message[]): Attachment[] {
  return messages.flatMap(({ attachment, isDeleted }) =>
    !isDeleted && attachment?.state === "ready" && attachment.mimeType.startsWith("image/")
      ? [attachment]
      : [],
  );
}

/** A conversation as it is kept in the page: what the desk told, and what is still on its way there. */
import type { Message, PersonRef } from "~/api/schema";

/** Something that was written here and that the desk has not acknowledged. */
export interface Outgoing {
  clientId: string;
  text: string;
  replyTo: string | null;
  mentions: string[];
  writtenAt: string;
  /** Waiting for the connection, or refused. */
  state: "sending" | "waiting" | "failed";
  /** Why it failed. */
  problem: string | null;
}

export interface Conversation {
  /** In the order of the room. */
  messages: Message[];
  /** In the order in which they were written. */
  outgoing: Outgoing[];
  /** As `before`; null at the beginning. */
  earlier: string | null;
  /** The last change that was seen. */
  change: number | null;
  /** Who is typing, apart from oneself. */
  typing: PersonRef[];
  /** Who was told of besides those who wrote. */
  readers: PersonRef[];
}

export const EMPTY: Conversation = {
  messages: [],
  outgoing: [],
  earlier: null,
  change: null,
  typing: [],
  readers: [],
};

export type Action =
  | { type: "loaded"; messages: Message[]; earlier: string | null; isAnew: boolean }
  | { type: "earlier"; messages: Message[]; earlier: string | null }
  | { type: "message"; message: Message; change?: number }
  | { type: "read"; by: PersonRef; place: number; at: string; change: number }
  | { type: "change"; change: number }
  | { type: "typing"; people: PersonRef[] }
  | { type: "shown"; id: string; what: Partial<Message> }
  | { type: "reacted"; id: string; reaction: string; by: string; isOn: boolean }
  | { type: "written"; outgoing: Outgoing }
  | { type: "waiting"; clientId: string }
  | { type: "failed"; clientId: string; problem: string }
  | { type: "again"; clientId: string }
  | { type: "dropped"; clientId: string };

export function reduce(now: Conversation, action: Action): Conversation {
  switch (action.type) {
    case "loaded":
      return settled(reloaded(now, action));
    case "earlier":
      return { ...now, messages: merged(now.messages, action.messages), earlier: action.earlier };
    case "message": {
      const { message } = action;
      return settled({
        ...now,
        messages: merged(now.messages, [message]),
        change: later(now.change, action.change),
        typing: now.typing.filter((person) => person.id !== message.sender.id),
      });
    }
    case "read":
      return {
        ...now,
        messages: now.messages.map(readUpTo(action)),
        change: later(now.change, action.change),
        readers: now.readers.some((reader) => reader.id === action.by.id)
          ? now.readers
          : [...now.readers, action.by],
      };
    case "change":
      return { ...now, change: later(now.change, action.change) };
    case "typing":
      return { ...now, typing: action.people };
    case "shown":
      return {
        ...now,
        messages: now.messages.map(only(action.id, (known) => ({ ...known, ...action.what }))),
      };
    case "reacted":
      return { ...now, messages: now.messages.map(only(action.id, reacted(action))) };
    case "written":
      return { ...now, outgoing: [...now.outgoing, action.outgoing] };
    case "waiting":
      return changed(now, action.clientId, { state: "waiting", problem: null });
    case "failed":
      return changed(now, action.clientId, { state: "failed", problem: action.problem });
    case "again":
      return changed(now, action.clientId, { state: "sending", problem: null });
    case "dropped":
      return { ...now, outgoing: now.outgoing.filter((other) => other.clientId !== action.clientId) };
  }
}

function later(known: number | null, change: number | undefined): number | null {
  return change === undefined ? known : Math.max(known ?? 0, change);
}

function only(id: string, change: (message: Message) => Message) {
  return (message: Message) => (message.id === id ? change(message) : message);
}

function changed(now: Conversation, clientId: string, what: Partial<Outgoing>): Conversation {
  const outgoing = now.outgoing.map((other) => (other.clientId === clientId ? { ...other, ...what } : other));
  return { ...now, outgoing };
}

/**
 * The latest page, read once more. What is known from before it stays only when it touches the page and may be
 * trusted: otherwise there would be a hole in the middle.
 */
function reloaded(
  now: Conversation,
  { messages, earlier, isAnew }: { messages: Message[]; earlier: string | null; isAnew: boolean },
): Conversation {
  const start = messages[0];
  const touches = start !== undefined && now.messages.some((known) => known.id === start.id);
  if (!isAnew && touches) {
    const isLonger = now.messages[0]?.id !== start.id;
    return {
      ...now,
      messages: merged(now.messages, messages),
      earlier: isLonger ? now.earlier : earlier,
    };
  }
  const since = now.messages.filter((known) => start !== undefined && known.place >= start.place);
  return { ...now, messages: merged(since, messages), earlier };
}

/** Each message once, as it was told last, in the order of its place. */
function merged(known: Message[], told: Message[]): Message[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of told) byId.set(message.id, message);
  return [...byId.values()].sort((one, other) => one.place - other.place);
}

/** What the desk has is no longer on its way. */
function settled(now: Conversation): Conversation {
  const arrived = new Set(now.messages.map((message) => message.clientId));
  const outgoing = now.outgoing.filter((other) => !arrived.has(other.clientId));
  return outgoing.length === now.outgoing.length ? now : { ...now, outgoing };
}

function readUpTo({ by, place, at }: { by: PersonRef; place: number; at: string }) {
  return (message: Message): Message => {
    if (message.place > place || message.sender.id === by.id) return message;
    if (message.readBy.some((read) => read.user === by.id)) return message;
    return { ...message, isRead: true, readBy: [...message.readBy, { user: by.id, readAt: at }] };
  };
}

function reacted({ reaction, by, isOn }: { reaction: string; by: string; isOn: boolean }) {
  return (message: Message): Message => {
    const known = message.reactions.find((other) => other.reaction === reaction);
    const users = (known?.users ?? []).filter((user) => user !== by);
    const next = { reaction, users: isOn ? [...users, by] : users };
    const reactions = known
      ? message.reactions.map((other) => (other === known ? next : other))
      : [...message.reactions, next];
    return { ...message, reactions: reactions.filter((other) => other.users.length > 0) };
  };
}

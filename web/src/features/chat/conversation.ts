/** A conversation as it is kept in the page: what the desk told, and what is still on its way there. */
import type { Message, PersonRef } from "~/api/schema";

/** Something that was written here and that the desk has not acknowledged. */
export interface Outgoing {
  clientId: string;
  text: string;
  replyTo: string | null;
  writtenAt: string;
  state: "sending" | "failed";
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
}

export const EMPTY: Conversation = { messages: [], outgoing: [], earlier: null, change: null, typing: [] };

export type Action =
  | { type: "loaded"; messages: Message[]; earlier: string | null }
  | { type: "earlier"; messages: Message[]; earlier: string | null }
  | { type: "message"; message: Message; change?: number }
  | { type: "read"; by: PersonRef; place: number; at: string; change: number }
  | { type: "change"; change: number }
  | { type: "typing"; people: PersonRef[] }
  | { type: "written"; outgoing: Outgoing }
  | { type: "failed"; clientId: string; problem: string }
  | { type: "again"; clientId: string }
  | { type: "dropped"; clientId: string };

export function reduce(now: Conversation, action: Action): Conversation {
  switch (action.type) {
    case "loaded":
      return settled({ ...now, messages: merged(now.messages, action.messages), earlier: action.earlier });
    case "earlier":
      return { ...now, messages: merged(now.messages, action.messages), earlier: action.earlier };
    case "message": {
      const messages = merged(now.messages, [action.message]);
      return settled({ ...now, messages, change: later(now.change, action.change) });
    }
    case "read":
      return {
        ...now,
        messages: now.messages.map(readUpTo(action)),
        change: later(now.change, action.change),
      };
    case "change":
      return { ...now, change: later(now.change, action.change) };
    case "typing":
      return { ...now, typing: action.people };
    case "written":
      return { ...now, outgoing: [...now.outgoing, action.outgoing] };
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

function changed(now: Conversation, clientId: string, what: Partial<Outgoing>): Conversation {
  const outgoing = now.outgoing.map((other) => (other.clientId === clientId ? { ...other, ...what } : other));
  return { ...now, outgoing };
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

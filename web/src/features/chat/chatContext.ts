import { createContext, use } from "react";
import type { Attachment, Message, PersonRef } from "~/api/schema";

/** What every message of a conversation may need, and can do. */
export interface ChatContent {
  me: string;
  people: Map<string, PersonRef>;
  byId: Map<string, Message>;
  /** The pictures of the conversation, in its order. */
  pictures: Attachment[];
  onReply: (message: Message) => void;
  onEdit: (message: Message) => void;
  onDelete: (message: Message) => void;
  onRetry: (message: Message) => void;
  onReact: (message: Message, reaction: string) => void;
  /** Shows a message, wherever it stands. */
  onJump: (id: string) => void;
}

export const ChatContext = createContext<ChatContent | null>(null);

export function useChatContent(): ChatContent {
  const content = use(ChatContext);
  if (!content) throw new Error("a message stands in a conversation");
  return content;
}

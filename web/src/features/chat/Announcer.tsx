import type { TFunction } from "i18next";
import { useEffect, useRef, useState } from "react";
import type { Message } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { systemWords } from "./SystemLine";
import { timeOf } from "./time";

/**
 * Reads out what others say, each once. The list itself cannot do that: it takes messages in and out while one scrolls.
 */
export function Announcer({ messages, me }: { messages: Message[]; me: string }) {
  const { t, i18n } = useTranslation();
  const heard = useRef(messages.at(-1)?.place ?? 0);
  const [lines, setLines] = useState<{ id: string; words: string }[]>([]);
  useEffect(() => {
    const fresh = messages.filter((message) => message.place > heard.current);
    heard.current = Math.max(heard.current, messages.at(-1)?.place ?? 0);
    const said = fresh
      .filter((message) => message.sender.id !== me && !message.isDeleted)
      .map((message) => ({
        id: message.id,
        words: t("talk.atTime", {
          name: message.sender.displayName,
          time: timeOf(message.createdAt, i18n.language),
          text: wordsOf(message, t),
        }),
      }));
    if (said.length > 0) setLines(said);
  }, [messages, me, t, i18n.language]);
  return (
    <div aria-live="polite" aria-relevant="additions" className="sr-only">
      {lines.map(({ id, words }) => (
        <p key={id}>{words}</p>
      ))}
    </div>
  );
}

function wordsOf(message: Message, t: TFunction): string {
  if (message.messageType === "system") return systemWords(message, t);
  return message.attachment ? t("talk.sentFile", { name: message.attachment.originalName }) : message.message;
}

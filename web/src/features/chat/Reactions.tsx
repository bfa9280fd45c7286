import type { Message } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { useChatContent } from "./chatContext";

/** What others feel about a message, each with how many do; a click joins them, or leaves them. */
export function Reactions({ message }: { message: Message }) {
  const { t, i18n } = useTranslation();
  const { me, people, onReact } = useChatContent();
  if (message.reactions.length === 0) return null;
  const list = new Intl.ListFormat(i18n.language, { type: "conjunction" });
  function whoOf(users: string[]): string {
    const names = users.map((user) => (user === me ? t("app.you") : people.get(user)?.displayName));
    const known = names.filter((name) => name !== undefined);
    const unknown = users.length - known.length;
    const words = list.format(known);
    return unknown > 0 ? t("talk.reactedAnd", { names: words, count: unknown }) : words;
  }
  return (
    <ul className="flex flex-wrap gap-1 pt-1">
      {message.reactions.map(({ reaction, users }) => {
        const isOn = users.includes(me);
        const words = t("talk.reacted", { reaction, names: whoOf(users) });
        return (
          <li key={reaction}>
            <button
              type="button"
              aria-pressed={isOn}
              title={words}
              onClick={() => onReact(message, reaction)}
              className={cx(
                "tabular flex h-6.5 max-w-40 items-center gap-1 rounded-full border px-2 text-xs",
                isOn
                  ? "border-accent bg-accent-soft font-semibold text-accent-text"
                  : "border-line bg-surface hover:bg-hover",
              )}
            >
              <span className="truncate text-sm">{reaction}</span> {users.length}
              <span className="sr-only">: {whoOf(users)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

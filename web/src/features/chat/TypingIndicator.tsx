import { useTranslation } from "react-i18next";
import type { PersonRef } from "~/api/schema";

/** "Ann and Ben are typing", with three dots; nothing while nobody does. */
export function TypingIndicator({ people }: { people: PersonRef[] }) {
  const { t, i18n } = useTranslation();
  if (people.length === 0) return <div className="h-5" />;
  const names = people.slice(0, 2).map((person) => person.displayName);
  if (people.length > 2) names.push(t("chat.others"));
  const list = new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(names);
  return (
    <output className="flex h-5 items-center gap-2 text-xs text-muted">
      <span className="flex gap-0.5" aria-hidden="true">
        {[0, 150, 300].map((delay) => (
          <span
            key={delay}
            className="typing-dot size-1.5 rounded-full bg-muted"
            style={{ animationDelay: `${delay}ms` }}
          />
        ))}
      </span>
      {t("chat.typing", { names: list, count: people.length })}
    </output>
  );
}

import { useEffect, useRef, useState } from "react";
import type { PersonRef } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";

/** That somebody types is read out at most so often. */
const READ_OUT_MS = 10_000;

/** "Ann and Ben are typing", with three dots; nothing while nobody does. */
export function TypingIndicator({ people }: { people: PersonRef[] }) {
  const { t, i18n } = useTranslation();
  const names = people.slice(0, 2).map((person) => person.displayName);
  if (people.length > 2) names.push(t("chat.others"));
  const list = new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(names);
  const words = people.length > 0 ? t("chat.typing", { names: list, count: people.length }) : "";
  return (
    <div className="flex h-5 min-w-0 items-center gap-2 text-xs text-muted">
      {words && (
        <span className="flex min-w-0 items-center gap-2" aria-hidden="true">
          <span className="flex gap-0.5">
            {["", "[animation-delay:150ms]", "[animation-delay:300ms]"].map((delay) => (
              <span key={delay} className={`typing-dot size-1.5 rounded-full bg-muted ${delay}`} />
            ))}
          </span>
          <span className="truncate">{words}</span>
        </span>
      )}
      <ReadOut words={words} />
    </div>
  );
}

function ReadOut({ words }: { words: string }) {
  const last = useRef(0);
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (words === "" || Date.now() - last.current < READ_OUT_MS) return;
    last.current = Date.now();
    setSaid(words);
  }, [words]);
  return (
    <span role="status" className="sr-only">
      {words && said}
    </span>
  );
}

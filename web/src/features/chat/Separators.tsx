import { useTranslation } from "~/i18n/useTranslation";
import { dateFormat } from "~/ui/formats";
import { dayOf } from "./rows";

const DAY_MS = 24 * 3600_000;

/** The day on which what follows was said. */
export function DaySeparator({ at }: { at: string }) {
  const { t, i18n } = useTranslation();
  const day = dayOf(at);
  const word =
    day === new Date().toDateString()
      ? t("chat.today")
      : day === new Date(Date.now() - DAY_MS).toDateString()
        ? t("chat.yesterday")
        : dateFormat(i18n.language, { dateStyle: "full" }).format(Date.parse(at));
  return (
    <h2 className="flex items-center gap-3 pt-5 pb-1 text-xs font-medium text-muted">
      <span className="h-px flex-1 bg-line" />
      {word}
      <span className="h-px flex-1 bg-line" />
    </h2>
  );
}

/** What was not read yet begins here. */
export function UnreadSeparator() {
  const { t } = useTranslation();
  return (
    <h2 className="flex items-center gap-3 pt-4 text-xs font-semibold text-accent-text">
      <span className="h-px flex-1 bg-accent" />
      <span className="rounded-full bg-accent-soft px-2.5 py-0.5">{t("chat.unreadFromHere")}</span>
      <span className="h-px flex-1 bg-accent" />
    </h2>
  );
}

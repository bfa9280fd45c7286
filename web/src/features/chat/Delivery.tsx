import type { Message } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { copyText } from "~/services/browser";
import { cx } from "~/ui/cx";
import { CheckIcon, ClockIcon, DoubleCheckIcon, WarningIcon } from "~/ui/icons";
import { useChatContent } from "./chatContext";

type State = "sending" | "waiting" | "queued" | "sent" | "read";

const MARKS = {
  sending: [ClockIcon, "chat.sending"],
  waiting: [ClockIcon, "talk.waiting"],
  queued: [CheckIcon, "talk.accepted"],
  sent: [DoubleCheckIcon, "talk.inRoom"],
  read: [DoubleCheckIcon, "chat.read"],
} as const;

/** How far a message has come: on its way, stored, in the room, read. */
export function Tick({ state }: { state: State }) {
  const { t } = useTranslation();
  const [Icon, word] = MARKS[state];
  return (
    <span title={t(word)} className="inline-flex">
      <Icon className={cx("!size-3.5", state === "read" && "text-accent-text")} />
      <span className="sr-only">{t(word)}</span>
    </span>
  );
}

export function tickOf(message: Message): State | null {
  if (message.status === "failed") return null;
  if (message.isRead) return "read";
  return message.status === "sent" ? "sent" : "queued";
}

/** A message that did not get into the room, and what can be done about it. */
export function Failure({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { onRetry } = useChatContent();
  return (
    <p role="alert" className="flex flex-wrap items-center gap-x-2 px-1 pt-0.5 text-xs text-danger">
      <WarningIcon className="!size-3.5" />
      {t("chat.failed")}
      <button type="button" className="min-h-6 font-semibold underline" onClick={() => onRetry(message)}>
        {t("app.retry")}
      </button>
      <button
        type="button"
        className="min-h-6 font-semibold underline"
        onClick={() => copyText(message.message)}
      >
        {t("app.copy")}
      </button>
    </p>
  );
}

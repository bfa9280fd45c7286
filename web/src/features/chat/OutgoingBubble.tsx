import { useTranslation } from "~/i18n/useTranslation";
import { copyText } from "~/services/browser";
import { RetryIcon, WarningIcon } from "~/ui/icons";
import type { Outgoing } from "./conversation";
import { Tick } from "./Delivery";
import { Quote } from "./Quote";
import { timeOf } from "./time";

interface Props {
  outgoing: Outgoing;
  onAgain: (outgoing: Outgoing) => void;
  onDrop: (outgoing: Outgoing) => void;
}

const BUTTON = "inline-flex min-h-6 items-center gap-1 font-semibold underline";

/** What is on its way, or did not get there: its text is kept until it does. */
export function OutgoingBubble({ outgoing, onAgain, onDrop }: Props) {
  const { t, i18n } = useTranslation();
  const isFailed = outgoing.state === "failed";
  return (
    <article className="flex flex-col items-end pt-1">
      <div className="flex max-w-[min(36rem,85%)] flex-wrap items-end gap-x-3 rounded-2xl rounded-tr-md bg-accent-soft px-3.5 py-2">
        {outgoing.replyTo && <Quote id={outgoing.replyTo} />}
        <div className="min-w-0 whitespace-pre-wrap">{outgoing.text}</div>
        <span className="ml-auto flex items-center gap-1 text-[0.6875rem] text-muted">
          <time dateTime={outgoing.writtenAt}>{timeOf(outgoing.writtenAt, i18n.language)}</time>
          {isFailed ? (
            <WarningIcon className="!size-3.5 text-danger" />
          ) : (
            <Tick state={outgoing.state as "sending"} />
          )}
        </span>
      </div>
      {isFailed && (
        <div
          role="alert"
          className="flex flex-wrap items-center justify-end gap-x-2.5 px-1 text-xs text-danger"
        >
          <span>
            {t("chat.failed")}
            {outgoing.problem && `: ${outgoing.problem}`}
          </span>
          <button type="button" className={BUTTON} onClick={() => onAgain(outgoing)}>
            <RetryIcon className="!size-3.5" />
            {t("app.retry")}
          </button>
          <button type="button" className={BUTTON} onClick={() => copyText(outgoing.text)}>
            {t("app.copy")}
          </button>
          <button type="button" className={BUTTON} onClick={() => onDrop(outgoing)}>
            {t("talk.discard")}
          </button>
        </div>
      )}
      {outgoing.state === "waiting" && <p className="px-1 text-xs text-muted">{t("talk.waiting")}</p>}
    </article>
  );
}

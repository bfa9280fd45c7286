import type { TFunction } from "i18next";
import type { Message, TicketStatus } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { timeOf } from "./time";

interface Details {
  event?: string;
  from?: TicketStatus;
  to?: string;
  name?: string;
  title?: string;
  days?: number;
  ticketId?: string;
}

/** What happened, in the reader's language; in the desk's own words where this page knows none. */
export function systemWords(message: Message, t: TFunction): string {
  const details = (message.details ?? {}) as Details;
  const name = message.sender.displayName;
  switch (details.event) {
    case "created":
    case "unassigned":
    case "joined":
    case "left":
      return t(`talk.system.${details.event}`, { name });
    case "closed-by-itself":
      return t("talk.system.closed-by-itself");
    case "closing-announced":
      return t("talk.system.closing-announced", { days: details.days });
    case "followed-up":
      return t("talk.system.followed-up", { name, ticketId: details.ticketId });
    case "renamed":
      return t("talk.system.renamed", { name, title: details.title });
    case "assigned":
      return details.to === message.sender.id
        ? t("talk.system.assignedSelf", { name })
        : t("talk.system.assigned", { name, to: details.name });
    case "status-changed":
      return t("talk.system.status-changed", {
        name,
        from: t(`status.${details.from as TicketStatus}`),
        to: t(`status.${details.to as TicketStatus}`),
      });
    default:
      return message.message;
  }
}

/** A line of the desk's own: nobody said it. */
export function SystemLine({ message }: { message: Message }) {
  const { t, i18n } = useTranslation();
  const { resolution } = (message.details ?? {}) as { resolution?: string | null };
  return (
    <div className="flex flex-col items-center gap-1.5 py-2 text-center text-xs text-muted">
      <p className="rounded-full bg-sunken px-3 py-1">
        {systemWords(message, t)} ·{" "}
        <time dateTime={message.createdAt}>{timeOf(message.createdAt, i18n.language)}</time>
      </p>
      {resolution && (
        <p className="max-w-[min(36rem,90%)] rounded-xl bg-good-soft px-3.5 py-2 text-left text-sm whitespace-pre-wrap text-text">
          {resolution}
        </p>
      )}
    </div>
  );
}

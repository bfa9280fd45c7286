import { Link } from "@tanstack/react-router";
import type { FoundPlace, OwnTicket } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { cx } from "~/ui/cx";
import { RelativeTime } from "~/ui/RelativeTime";
import { plainText } from "./plainText";
import { Snippet } from "./Snippet";

interface Props {
  ticket: OwnTicket;
  /** Where the words stand that were looked for. */
  place?: FoundPlace | undefined;
  onIntent?: () => void;
}

/** A ticket in a list: what it is about, how it stands, and whether there is something new. */
export function TicketCard({ ticket, place, onIntent }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const isUnread = ticket.unreadCount > 0;
  const by = ticket.lastMessageBy;
  return (
    <Link
      to="/tickets/$ticketId"
      params={{ ticketId: ticket.ticketId }}
      onMouseEnter={onIntent}
      onFocus={onIntent}
      className={cx(
        "block rounded-xl border bg-surface px-4 py-3.5 hover:border-line-strong",
        isUnread ? "border-l-3 border-line border-l-accent" : "border-line",
      )}
    >
      <div className="flex items-start gap-3">
        <h2
          title={ticket.title}
          className={cx(
            "line-clamp-2 min-w-0 flex-1 text-[0.9375rem]",
            isUnread ? "font-semibold" : "font-medium",
          )}
        >
          {place?.in === "title" ? <Snippet pieces={place.snippet} /> : ticket.title}
        </h2>
        {isUnread && (
          <span
            title={t("tickets.unread", { count: ticket.unreadCount })}
            className="tabular rounded-full bg-accent px-2 py-0.5 text-xs font-semibold text-on-accent"
          >
            <span aria-hidden="true">{ticket.unreadCount > 9 ? "9+" : ticket.unreadCount}</span>
            <span className="sr-only">{t("tickets.unread", { count: ticket.unreadCount })}</span>
          </span>
        )}
      </div>
      <p className="mt-1 line-clamp-2 text-sm text-muted">
        {place && (place.in === "message" || place.in === "description") ? (
          <>
            <span className="font-medium">{t(`student.foundIn.${place.in}`)}: </span>
            <Snippet pieces={place.snippet} />
          </>
        ) : (
          plainText(ticket.description)
        )}
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-xs text-muted">
        <StatusBadge status={ticket.status} forStudent />
        <PriorityBadge priority={ticket.priority} />
        <span>{t(`category.${ticket.category}`)}</span>
        <span className="tabular">{ticket.ticketId}</span>
      </div>
      <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
        <span>
          {t("tickets.created")} <RelativeTime at={ticket.createdAt} />
        </span>
        {ticket.lastMessageAt && (
          <span className="flex min-w-0 items-center gap-1.5">
            <span aria-hidden="true" className="max-sm:hidden">
              ·
            </span>
            {by && <Avatar name={by.displayName} url={by.avatarUrl} size={18} />}
            <span className="min-w-0 truncate">
              {by
                ? by.id === me.id
                  ? t("student.youWrote")
                  : t("student.lastBy", { name: by.displayName })
                : t("tickets.lastMessage")}{" "}
              <RelativeTime at={ticket.lastMessageAt} />
            </span>
          </span>
        )}
      </div>
    </Link>
  );
}

/** A card that is still on its way. */
export function TicketCardSkeleton() {
  return (
    <div className="animate-pulse rounded-xl border border-line bg-surface px-4 py-3.5" aria-hidden="true">
      <div className="h-4 w-2/5 rounded bg-sunken" />
      <div className="mt-2 h-3 w-4/5 rounded bg-sunken" />
      <div className="mt-4 h-4 w-1/3 rounded bg-sunken" />
      <div className="mt-3 h-3 w-1/2 rounded bg-sunken" />
    </div>
  );
}

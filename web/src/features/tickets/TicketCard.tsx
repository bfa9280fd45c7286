import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { OwnTicket } from "~/api/schema";
import { Avatar } from "~/ui/Avatar";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { cx } from "~/ui/cx";
import { RelativeTime } from "~/ui/RelativeTime";

/** A ticket in a list: what it is about, how it stands, and whether there is something new. */
export function TicketCard({ ticket, onIntent }: { ticket: OwnTicket; onIntent?: () => void }) {
  const { t } = useTranslation();
  const isUnread = ticket.unreadCount > 0;
  return (
    <Link
      to="/tickets/$ticketId"
      params={{ ticketId: ticket.ticketId }}
      onMouseEnter={onIntent}
      onFocus={onIntent}
      className="block rounded-xl border border-line bg-surface px-4 py-3.5 hover:border-line-strong"
    >
      <div className="flex items-start gap-3">
        <h2 className={cx("min-w-0 flex-1 text-[0.9375rem]", isUnread ? "font-semibold" : "font-medium")}>
          {ticket.title}
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
      <p className="mt-1 line-clamp-2 text-sm text-muted">{ticket.description}</p>
      <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-xs text-muted">
        <StatusBadge status={ticket.status} forStudent />
        <PriorityBadge priority={ticket.priority} />
        <span>{t(`category.${ticket.category}`)}</span>
        <span className="tabular">{ticket.ticketId}</span>
        <span className="ml-auto flex items-center gap-2">
          {ticket.lastMessageBy && (
            <Avatar name={ticket.lastMessageBy.displayName} url={ticket.lastMessageBy.avatarUrl} size={18} />
          )}
          <span>
            {t(ticket.lastMessageAt ? "tickets.lastMessage" : "tickets.created")}{" "}
            <RelativeTime at={ticket.lastMessageAt ?? ticket.createdAt} />
          </span>
        </span>
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
    </div>
  );
}

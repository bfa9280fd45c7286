import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { OwnTicket } from "~/api/schema";
import { Avatar } from "~/ui/Avatar";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { cx } from "~/ui/cx";
import { RelativeTime } from "~/ui/RelativeTime";
import type { StaffSearch } from "./views";

interface Props {
  ticket: OwnTicket;
  search: StaffSearch;
  isOpen: boolean;
  onIntent: () => void;
}

/** The height of every row, so that a list of any length can be drawn in part. */
export const ROW_HEIGHT = 92;

export function StaffTicketRow({ ticket, search, isOpen, onIntent }: Props) {
  const { t } = useTranslation();
  const isUnread = ticket.unreadCount > 0;
  return (
    <Link
      to="/support/$ticketId"
      params={{ ticketId: ticket.ticketId }}
      search={search}
      onMouseEnter={onIntent}
      onFocus={onIntent}
      aria-current={isOpen ? "true" : undefined}
      className={cx(
        "flex h-full gap-3 border-b border-line px-3 py-2.5",
        isOpen ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      <Avatar name={ticket.createdBy.displayName} url={ticket.createdBy.avatarUrl} size={32} />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex items-baseline gap-2 text-xs text-muted">
          <span className="min-w-0 flex-1 truncate">{ticket.createdBy.displayName}</span>
          <RelativeTime at={ticket.lastMessageAt ?? ticket.createdAt} className="shrink-0" />
        </span>
        <span className={cx("truncate text-sm", isUnread ? "font-semibold" : "font-medium")}>
          {ticket.title}
        </span>
        <span className="flex items-center gap-2 overflow-hidden text-xs whitespace-nowrap text-muted">
          <StatusBadge status={ticket.status} />
          <PriorityBadge priority={ticket.priority} />
          <span className="min-w-0 flex-1 truncate">
            {ticket.assignedTo?.displayName ?? t("ticket.unassigned")}
          </span>
          {isUnread && (
            <span className="tabular rounded-full bg-accent px-1.5 font-semibold text-on-accent">
              <span aria-hidden="true">{ticket.unreadCount > 9 ? "9+" : ticket.unreadCount}</span>
              <span className="sr-only">{t("tickets.unread", { count: ticket.unreadCount })}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}

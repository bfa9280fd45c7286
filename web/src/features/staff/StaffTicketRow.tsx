import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { Avatar } from "~/ui/Avatar";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { cx } from "~/ui/cx";
import { ClockIcon, LockIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";
import type { ListTicket } from "./listPages";
import type { StaffSearch } from "./views";

interface Props {
  ticket: ListTicket;
  search: StaffSearch;
  isOpen: boolean;
  /** Whether the keys were moved here. */
  isCurrent: boolean;
  /** Whether it is the one row that Tab reaches. */
  isReached: boolean;
  onIntent: (ticketId: string) => void;
  isChosen: boolean;
  /** Whether any is chosen: then every row shows its box. */
  isChoosing: boolean;
  onChoose: (ticketId: string, isRange: boolean) => void;
}

/** The heights of rows, so that a list of any length can be drawn in part. */
export const ROW_HEIGHT = 82;
export const FOUND_HEIGHT = 118;

export const StaffTicketRow = memo(function StaffTicketRow({
  ticket,
  search,
  isOpen,
  isCurrent,
  isReached,
  isChosen,
  isChoosing,
  onChoose,
  onIntent,
}: Props) {
  const { t } = useTranslation();
  const isUnread = ticket.unreadCount > 0;
  const intend = () => onIntent(ticket.ticketId);
  return (
    <div
      className={cx(
        "group relative flex h-full border-b border-line",
        isOpen || isChosen ? "bg-accent-soft" : "hover:bg-hover",
        isCurrent && "shadow-[inset_3px_0_0_var(--accent)]",
      )}
    >
      <Link
        to="/support/$ticketId"
        params={{ ticketId: ticket.ticketId }}
        search={search}
        preload={false}
        tabIndex={isReached ? 0 : -1}
        data-ticket={ticket.ticketId}
        onMouseEnter={intend}
        onFocus={intend}
        aria-current={isOpen ? "true" : undefined}
        className="flex min-w-0 flex-1 gap-3 py-2.5 pr-3 pl-3.5 -outline-offset-2"
      >
        <Avatar name={ticket.createdBy.displayName} url={ticket.createdBy.avatarUrl} size={32} />
        <span className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className="flex items-baseline gap-2 text-xs text-muted">
            <span className="min-w-0 flex-1 truncate">{ticket.createdBy.displayName}</span>
            <RelativeTime at={ticket.lastMessageAt ?? ticket.createdAt} className="shrink-0" />
          </span>
          <span className="flex items-center gap-2">
            <span
              title={ticket.title}
              className={cx("min-w-0 flex-1 truncate text-sm", isUnread ? "font-semibold" : "font-medium")}
            >
              {ticket.title}
            </span>
            {ticket.confidential && (
              <span title={t("ticket.confidential")}>
                <LockIcon className="size-3.5 text-danger" />
                <span className="sr-only">{t("ticket.confidential")}</span>
              </span>
            )}
            {isUnread && (
              <span className="tabular shrink-0 rounded-full bg-accent px-1.5 text-xs font-semibold text-on-accent">
                <span aria-hidden="true">{ticket.unreadCount > 9 ? "9+" : ticket.unreadCount}</span>
                <span className="sr-only">{t("tickets.unread", { count: ticket.unreadCount })}</span>
              </span>
            )}
          </span>
          <Place ticket={ticket} />
          <span className="flex items-center gap-2 text-xs whitespace-nowrap text-muted">
            <StatusBadge status={ticket.status} />
            <PriorityBadge priority={ticket.priority} />
            <span className="flex min-w-0 flex-1 items-center justify-end gap-1.5">
              {ticket.waitingSince && (
                <span title={t("inbox.list.waits")} className="flex shrink-0 items-center text-warn">
                  <ClockIcon className="size-3.5" />
                  <span className="sr-only">{t("inbox.list.waits")}</span>
                </span>
              )}
              <Holder ticket={ticket} />
            </span>
          </span>
        </span>
      </Link>
      <label
        className={cx(
          "absolute top-2.5 left-3.5 grid size-8 cursor-pointer place-items-center rounded-full bg-surface",
          !isChosen && !isChoosing && "opacity-0 group-hover:opacity-100 focus-within:opacity-100",
        )}
      >
        <input
          type="checkbox"
          checked={isChosen}
          tabIndex={isReached ? 0 : -1}
          aria-label={t("inbox.list.select", { title: ticket.title })}
          onChange={(event) =>
            onChoose(ticket.ticketId, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
          }
          className="size-4.5 accent-accent"
        />
      </label>
    </div>
  );
});

function Holder({ ticket }: { ticket: ListTicket }) {
  const { t } = useTranslation();
  const holder = ticket.assignedTo;
  const words = holder?.displayName ?? t("ticket.unassigned");
  return (
    <>
      {holder && <Avatar name={holder.displayName} url={holder.avatarUrl} size={18} />}
      <span className="truncate" title={`${t("ticket.assignee")}: ${words}`}>
        {words}
      </span>
    </>
  );
}

/** Where the words stand that were looked for. */
function Place({ ticket }: { ticket: ListTicket }) {
  const place = ticket.matches?.find((match) => match.in !== "title") ?? ticket.matches?.[0];
  if (!place) return null;
  return (
    <span className="line-clamp-2 text-xs text-muted">
      {place.in === "note" && <LockIcon className="mr-1 inline size-3" />}
      {place.snippet.map((part, index) =>
        part.match ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other name, and do not move
          <mark key={index} className="rounded-sm bg-warn-soft px-0.5 text-text">
            {part.text}
          </mark>
        ) : (
          part.text
        ),
      )}
    </span>
  );
}

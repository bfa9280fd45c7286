import { Link } from "@tanstack/react-router";
import type { MouseEvent, ReactNode, Ref } from "react";
import { useTicketIntent } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import type { OwnTicket } from "~/services/supportService";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { cx } from "~/ui/cx";
import { LockIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";

/** Columns side by side where there is room for them; else the title first, and below it what fits. */
export const ROW = cx(
  "flex flex-wrap items-center gap-x-2.5 gap-y-1 px-3 py-2",
  "min-[1320px]:grid min-[1320px]:grid-cols-[24px_140px_minmax(0,1fr)_116px_172px_72px_92px_116px_84px_100px_100px]",
);

interface Props {
  ref: Ref<HTMLTableRowElement>;
  ticket: OwnTicket;
  index: number;
  /** How far from the top of the list. */
  start: number;
  isChosen: boolean;
  onToggle: (isRange: boolean) => void;
}

/** A ticket as a line of the table; its title leads to it. */
export function TicketTableRow({ ref, ticket, index, start, isChosen, onToggle }: Props) {
  const { t } = useTranslation();
  const intend = useTicketIntent();
  return (
    <tr
      ref={ref}
      data-index={index}
      aria-rowindex={index + 2}
      onPointerEnter={() => intend(ticket.ticketId)}
      className={cx(
        ROW,
        "absolute inset-x-0 top-0 min-h-[46px] max-[1320px]:pl-11.5 border-b border-line text-sm",
        isChosen ? "bg-accent-soft" : "hover:bg-hover",
      )}
      style={{ transform: `translateY(${start}px)` }}
    >
      <td className="flex max-[1320px]:absolute max-[1320px]:top-1.5 max-[1320px]:left-3">
        <label className="grid size-6 place-items-center">
          <span className="sr-only">{t("bulk.select", { number: ticket.ticketId })}</span>
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={isChosen}
            onClick={(event: MouseEvent) => onToggle(event.shiftKey)}
            onChange={() => undefined}
          />
        </label>
      </td>
      <td className="tabular text-[0.8125rem] text-muted max-[1320px]:order-2">{ticket.ticketId}</td>
      <td className="flex min-w-0 items-center gap-1.5 max-[1320px]:order-1 max-[1320px]:w-full">
        {ticket.confidential && (
          <>
            <LockIcon className="size-4 text-note-text" />
            <span className="sr-only">{t("ticket.confidential")}</span>
          </>
        )}
        <Link
          to="/support/$ticketId"
          params={{ ticketId: ticket.ticketId }}
          title={ticket.title}
          className={cx(
            "min-w-0 truncate hover:underline",
            ticket.unreadCount > 0 ? "font-semibold" : "font-medium",
          )}
        >
          {ticket.title}
        </Link>
        {ticket.unreadCount > 0 && (
          <span className="tabular shrink-0 rounded-full bg-accent px-1.5 text-xs font-semibold text-on-accent">
            <span aria-hidden="true">{ticket.unreadCount > 9 ? "9+" : ticket.unreadCount}</span>
            <span className="sr-only">{t("tickets.unread", { count: ticket.unreadCount })}</span>
          </span>
        )}
      </td>
      <Cell title={ticket.createdBy.displayName}>{ticket.createdBy.displayName}</Cell>
      <td className={WRAPPED}>
        <StatusBadge status={ticket.status} />
      </td>
      <td className={WRAPPED}>
        <PriorityBadge priority={ticket.priority} />
      </td>
      <Cell>{t(`category.${ticket.category}`)}</Cell>
      <Cell title={ticket.assignedTo?.displayName} isFaint={!ticket.assignedTo}>
        {ticket.assignedTo?.displayName ?? t("ticket.unassigned")}
      </Cell>
      <Cell title={ticket.team?.name} isNothing={!ticket.team}>
        {ticket.team?.name ?? "–"}
      </Cell>
      <Cell isTime>
        <RelativeTime at={ticket.createdAt} />
      </Cell>
      <Cell isTime isNothing={!ticket.lastMessageAt}>
        {ticket.lastMessageAt ? <RelativeTime at={ticket.lastMessageAt} /> : "–"}
      </Cell>
    </tr>
  );
}

const WRAPPED = "min-w-0 max-[1320px]:order-3";

interface CellProps {
  children: ReactNode;
  title?: string | undefined;
  isFaint?: boolean;
  isTime?: boolean;
  /** There is nothing to tell, which needs no room where there is little. */
  isNothing?: boolean;
}

function Cell({ children, title, isFaint, isTime, isNothing }: CellProps) {
  return (
    <td
      title={title}
      className={cx(
        WRAPPED,
        "truncate max-[1320px]:max-w-48 max-[1320px]:text-[0.8125rem]",
        (isFaint || isTime) && "text-muted",
        isTime && "tabular text-[0.8125rem]",
        isNothing && "max-[1320px]:hidden",
      )}
    >
      {children}
    </td>
  );
}

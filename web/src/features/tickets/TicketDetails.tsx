import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import type { FullTicket, Linked } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Avatar } from "~/ui/Avatar";
import { StatusBadge } from "~/ui/Badges";
import { RelativeTime } from "~/ui/RelativeTime";
import { OpenInMatrix } from "./OpenInMatrix";
import { StatusTimeline } from "./StatusTimeline";

/** Everything about a ticket besides its conversation: its fields, who belongs to it, and how it went on. */
export function TicketDetails({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const fields: [string, ReactNode][] = [
    [
      t("student.number"),
      <span key="number" className="tabular">
        {ticket.ticketId}
      </span>,
    ],
    [t("category.label"), t(`category.${ticket.category}`)],
    [t("ticket.opened"), <RelativeTime key="opened" at={ticket.createdAt} />],
    [t("ticket.assignee"), ticket.assignedTo?.displayName ?? t("ticket.unassigned")],
    ...(ticket.context ? [[t("ticket.context"), ticket.context] as [string, ReactNode]] : []),
  ];
  return (
    <div className="grid gap-x-8 gap-y-5 py-4 sm:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
          {fields.map(([name, value]) => (
            <Fragment key={name}>
              <dt className="text-muted">{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
        </dl>
        <section aria-label={t("ticket.participants")}>
          <h2 className="mb-1.5 text-xs font-semibold text-muted">{t("ticket.participants")}</h2>
          <ul className="flex flex-wrap gap-x-4 gap-y-1.5 text-sm">
            {ticket.participants.map((person) => (
              <li key={person.id} className="flex min-w-0 items-center gap-2">
                <Avatar name={person.displayName} url={person.avatarUrl} size={22} />
                <span className="truncate" title={person.displayName}>
                  {person.displayName}
                </span>
              </li>
            ))}
          </ul>
        </section>
        <OpenInMatrix ticket={ticket} className="self-start text-sm" />
      </div>
      <section aria-label={t("student.status")} className="max-h-72 min-w-0 overflow-y-auto pl-1.5">
        <h2 className="mb-1.5 text-xs font-semibold text-muted">{t("student.status")}</h2>
        <StatusTimeline ticket={ticket.id} />
      </section>
    </div>
  );
}

/** Where a ticket comes from, and where it goes on. */
export function TicketLinks({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  if (!ticket.goesOnFrom && ticket.followUps.length === 0) return null;
  return (
    <div className="mt-1.5 flex flex-col gap-1 text-sm">
      {ticket.goesOnFrom && <TicketLink label={t("ticket.goesOnFrom")} to={ticket.goesOnFrom} />}
      {ticket.followUps.map((other) => (
        <TicketLink key={other.id} label={t("ticket.followUps")} to={other} />
      ))}
    </div>
  );
}

function TicketLink({ label, to }: { label: string; to: Linked }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <span className="text-muted">{label}</span>
      <Link
        to="/tickets/$ticketId"
        params={{ ticketId: to.ticketId }}
        className="min-w-0 font-medium text-accent-text underline"
      >
        {to.title}
      </Link>
      <StatusBadge status={to.status} forStudent />
    </p>
  );
}

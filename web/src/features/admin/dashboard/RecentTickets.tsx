import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { Failed, Skeleton } from "~/features/admin/states";
import { CloseDialog } from "~/features/tickets/CloseDialog";
import { ticketById, ticketList, useTicketIntent } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import { assignTicket, type FullTicket, type OwnTicket } from "~/services/supportService";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { later } from "~/ui/later";
import { RelativeTime } from "~/ui/RelativeTime";
import { tellDone, tellFailed } from "~/ui/Toast";
import { Panel } from "./Panel";

const AssignTicketModal = later(() => import("~/features/staff/AssignTicketModal"));

const SHOWN = 8;

/** The newest tickets, with what is most often done to them. */
export function RecentTickets() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const list = useInfiniteQuery(ticketList({ sort: "createdAt", limit: SHOWN }, "all"));
  const [assigning, setAssigning] = useState<OwnTicket | null>(null);
  const [closing, setClosing] = useState<FullTicket | null>(null);
  const tickets = list.data?.pages[0]?.items ?? [];
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["tickets"] }),
      queries.invalidateQueries({ queryKey: ["ticket"] }),
      queries.invalidateQueries({ queryKey: ["stats"] }),
    ]);
  const assign = (ticket: OwnTicket, person: { id: string; displayName: string } | null) =>
    assignTicket(ticket.id, person?.id ?? null).then(
      async () => {
        await refresh();
        const before = ticket.assignedTo;
        tellDone(
          person ? t("staff.assign.done", { name: person.displayName }) : t("staff.assign.nobodyDone"),
          {
            label: t("app.undo"),
            onClick: () => void assignTicket(ticket.id, before?.id ?? null).then(refresh, tellFailed),
          },
        );
      },
      (error) => tellFailed(error, () => void assign(ticket, person)),
    );
  const close = (ticket: OwnTicket) =>
    queries.fetchQuery(ticketById(ticket.ticketId)).then(setClosing, (error) => tellFailed(error));
  return (
    <Panel
      title={t("admin.dashboard.recent")}
      className="lg:col-span-3"
      aside={
        <Link
          to="/admin/tickets"
          search={{ sort: "createdAt" }}
          className="inline-flex min-h-7 items-center rounded-lg px-2 text-sm font-medium text-accent-text hover:underline"
        >
          {t("admin.dashboard.viewAll")}
        </Link>
      }
    >
      {list.isPending ? (
        <Skeleton lines={4} />
      ) : list.isError && tickets.length === 0 ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : tickets.length === 0 ? (
        <p className="py-6 text-center text-sm text-muted">{t("admin.tickets.none")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {tickets.map((ticket) => (
            <RecentTicket
              key={ticket.id}
              ticket={ticket}
              onAssign={() => setAssigning(ticket)}
              onClose={() => void close(ticket)}
            />
          ))}
        </ul>
      )}
      {assigning && (
        <Suspense>
          <AssignTicketModal
            isOpen
            onOpenChange={() => setAssigning(null)}
            current={assigning.assignedTo?.id}
            onAssign={(person) => void assign(assigning, person)}
          />
        </Suspense>
      )}
      {closing && (
        <CloseDialog
          ticket={closing}
          isOpen
          onOpenChange={() => setClosing(null)}
          onClosed={refresh}
          asksResolution
        />
      )}
    </Panel>
  );
}

interface Props {
  ticket: OwnTicket;
  onAssign: () => void;
  onClose: () => void;
}

function RecentTicket({ ticket, onAssign, onClose }: Props) {
  const { t } = useTranslation();
  const intend = useTicketIntent();
  return (
    <li
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 py-2"
      onPointerEnter={() => intend(ticket.ticketId)}
    >
      <div className="min-w-0 flex-1 basis-64">
        <Link
          to="/support/$ticketId"
          params={{ ticketId: ticket.ticketId }}
          title={ticket.title}
          className="block truncate font-medium hover:underline"
        >
          {ticket.title}
        </Link>
        <p className="tabular flex flex-wrap gap-x-2 text-xs text-muted">
          <span>{ticket.ticketId}</span>
          <span>{ticket.createdBy.displayName}</span>
          <RelativeTime at={ticket.createdAt} />
        </p>
      </div>
      <StatusBadge status={ticket.status} />
      <PriorityBadge priority={ticket.priority} />
      <span className="w-36 truncate text-sm text-muted max-sm:w-auto" title={ticket.assignedTo?.displayName}>
        {ticket.assignedTo?.displayName ?? t("ticket.unassigned")}
      </span>
      <span className="flex gap-1.5">
        <Button
          size="small"
          aria-label={t("admin.dashboard.assignOne", { number: ticket.ticketId })}
          onClick={onAssign}
        >
          {t("bulk.assign")}
        </Button>
        <Button
          size="small"
          disabled={ticket.status === "closed"}
          aria-label={t("admin.dashboard.closeOne", { number: ticket.ticketId })}
          onClick={onClose}
        >
          {t("bulk.close")}
        </Button>
      </span>
    </li>
  );
}

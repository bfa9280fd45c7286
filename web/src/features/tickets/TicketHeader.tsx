import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FullTicket } from "~/api/schema";
import { reopenTicket } from "~/services/supportService";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { BackIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";
import { tellFailed } from "~/ui/Toast";
import { CloseDialog } from "./CloseDialog";

/** What a ticket is about and how it stands, with what its student may do about that. */
export function TicketHeader({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isClosing, setClosing] = useState(false);
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["ticket", ticket.ticketId] }),
      queries.invalidateQueries({ queryKey: ["tickets"] }),
    ]);
  const reopen = useMutation({
    mutationFn: () => reopenTicket(ticket.id),
    onSuccess: refresh,
    onError: (error) => tellFailed(error, () => reopen.mutate()),
  });
  const isDone = ticket.status === "closed" || ticket.status === "resolved";
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-3xl items-start gap-3 px-4 py-3">
        <Link
          to="/tickets"
          aria-label={t("ticket.back")}
          className="mt-0.5 grid size-8 shrink-0 place-items-center rounded-lg text-muted hover:bg-hover"
        >
          <BackIcon />
        </Link>
        <div className="min-w-0 flex-1">
          <h1 className="text-lg leading-snug font-semibold">{ticket.title}</h1>
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
            <StatusBadge status={ticket.status} forStudent />
            <PriorityBadge priority={ticket.priority} />
            <span>{t(`category.${ticket.category}`)}</span>
            <span className="tabular">{ticket.ticketId}</span>
            <span>
              {t("tickets.created")} <RelativeTime at={ticket.createdAt} />
            </span>
            <span>
              {t("ticket.assignee")}: {ticket.assignedTo?.displayName ?? t("ticket.unassigned")}
            </span>
          </div>
          {ticket.resolution && (
            <p className="mt-2 rounded-lg bg-good-soft px-3 py-2 text-sm">{ticket.resolution}</p>
          )}
        </div>
        {isDone ? (
          <Button isBusy={reopen.isPending} onClick={() => reopen.mutate()}>
            {t("ticket.reopen")}
          </Button>
        ) : (
          <Button onClick={() => setClosing(true)}>{t("ticket.close")}</Button>
        )}
      </div>
      <CloseDialog ticket={ticket} isOpen={isClosing} onOpenChange={setClosing} onClosed={refresh} />
    </header>
  );
}

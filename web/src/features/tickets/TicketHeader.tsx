import { Dialog } from "@base-ui/react/dialog";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FullTicket } from "~/api/schema";
import { deskSettings } from "~/hooks/useSettings";
import { closeTicket, reopenTicket } from "~/services/supportService";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { INPUT } from "~/ui/Field";
import { BackIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";
import { tellDone, tellFailed } from "~/ui/Toast";

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
          {ticket.resolution && <p className="mt-2 rounded-lg bg-good-soft px-3 py-2 text-sm">{ticket.resolution}</p>}
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

interface CloseProps {
  ticket: FullTicket;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onClosed: () => Promise<unknown>;
}

function CloseDialog({ ticket, isOpen, onOpenChange, onClosed }: CloseProps) {
  const { t } = useTranslation();
  const { data: settings } = useQuery(deskSettings());
  const [resolution, setResolution] = useState("");
  const reopen = () => reopenTicket(ticket.id).then(onClosed, tellFailed);
  const close = useMutation({
    mutationFn: () => closeTicket(ticket.id, resolution.trim() || undefined),
    onSuccess: async () => {
      onOpenChange(false);
      await onClosed();
      tellDone(t("ticket.closed"), { label: t("app.undo"), onClick: () => void reopen() });
    },
    onError: (error) => tellFailed(error, () => close.mutate()),
  });
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 flex w-[calc(100vw-2rem)] max-w-md -translate-1/2 flex-col gap-3 rounded-2xl bg-raised p-5 shadow-pop outline-none">
          <Dialog.Title className="text-lg font-semibold">{t("ticket.closeConfirm")}</Dialog.Title>
          {settings && (
            <Dialog.Description className="text-sm text-muted">
              {t("ticket.closeHint", { days: settings.reopenDays })}
            </Dialog.Description>
          )}
          <label className="flex flex-col gap-1 text-sm font-medium">
            {t("ticket.resolutionOptional")}
            <textarea
              rows={3}
              value={resolution}
              onChange={(event) => setResolution(event.target.value)}
              className={`${INPUT} py-2 font-normal`}
            />
          </label>
          <div className="flex justify-end gap-2">
            <Dialog.Close render={<Button>{t("app.cancel")}</Button>} />
            <Button kind="primary" isBusy={close.isPending} onClick={() => close.mutate()}>
              {t("ticket.close")}
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useId, useState } from "react";
import type { FullTicket } from "~/api/schema";
import { deskSettings } from "~/hooks/useSettings";
import { useTranslation } from "~/i18n/useTranslation";
import { reopenTicket } from "~/services/supportService";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { dateFormat } from "~/ui/formats";
import { BackIcon, ChevronIcon } from "~/ui/icons";
import { later } from "~/ui/later";
import { RelativeTime, useNow } from "~/ui/RelativeTime";
import { tellDone, tellFailed } from "~/ui/Toast";
import { isDone, reopenableUntil } from "./reopening";
import { TicketDetails, TicketLinks } from "./TicketDetails";

const CloseDialog = later(() => import("./CloseDialog").then((all) => ({ default: all.CloseDialog })));
const CreateTicketModal = later(() => import("./CreateTicketModal"));

/** What a ticket is about and how it stands, with what its student may do about that. */
export function TicketHeader({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const [withDetails, setWithDetails] = useState(false);
  const details = useId();
  return (
    <header className="max-h-[70%] shrink-0 overflow-y-auto border-b border-line bg-surface">
      <div className="mx-auto max-w-3xl px-4 py-2.5">
        <div className="flex items-start gap-2.5">
          <Link
            to="/tickets"
            aria-label={t("ticket.back")}
            title={t("ticket.back")}
            className="-ml-1.5 grid size-8 shrink-0 place-items-center rounded-lg text-muted hover:bg-hover"
          >
            <BackIcon />
          </Link>
          <div className="min-w-0 flex-1">
            <h1 className="line-clamp-2 pt-0.5 text-lg leading-snug font-semibold" title={ticket.title}>
              {ticket.title}
            </h1>
            <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
              <StatusBadge status={ticket.status} forStudent />
              <PriorityBadge priority={ticket.priority} />
              <span className="max-sm:hidden">{t(`category.${ticket.category}`)}</span>
              <span className="tabular max-sm:hidden">{ticket.ticketId}</span>
              <span className="max-sm:hidden">
                {t("tickets.created")} <RelativeTime at={ticket.createdAt} />
              </span>
              <span className="max-sm:hidden">
                {t("ticket.assignee")}: {ticket.assignedTo?.displayName ?? t("ticket.unassigned")}
              </span>
              <button
                type="button"
                aria-expanded={withDetails}
                aria-controls={details}
                onClick={() => setWithDetails(!withDetails)}
                className="inline-flex min-h-6 items-center gap-0.5 rounded-md font-medium text-accent-text hover:underline"
              >
                {t("student.details")}
                <ChevronIcon className={cx("!size-4 transition-transform", withDetails && "rotate-180")} />
              </button>
            </div>
            <TicketLinks ticket={ticket} />
            {ticket.resolution && (
              <p
                className="mt-2 line-clamp-3 rounded-lg bg-good-soft px-3 py-2 text-sm"
                title={ticket.resolution}
              >
                <span className="font-medium">{t("student.resolution")}:</span> {ticket.resolution}
              </p>
            )}
          </div>
          <Standing ticket={ticket} />
        </div>
        <div id={details} hidden={!withDetails} className="mt-2.5 border-t border-line">
          {withDetails && <TicketDetails ticket={ticket} />}
        </div>
      </div>
    </header>
  );
}

/** Closing, reopening while there is time for it, going on in another ticket after that. */
function Standing({ ticket }: { ticket: FullTicket }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const now = useNow();
  const { data: settings } = useQuery(deskSettings());
  const [isClosing, setClosing] = useState(false);
  const [isFollowing, setFollowing] = useState(false);
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["ticket", ticket.ticketId] }),
      queries.invalidateQueries({ queryKey: ["timeline", ticket.id] }),
      queries.invalidateQueries({ queryKey: ["tickets"] }),
    ]);
  const reopen = useMutation({
    mutationFn: () => reopenTicket(ticket.id),
    onSuccess: async () => {
      await refresh();
      tellDone(t("student.reopened"));
    },
    onError: (error) => tellFailed(error, () => reopen.mutate()),
  });
  const until = settings ? reopenableUntil(ticket, settings.reopenDays) : null;
  const isOver = until !== null && until <= now;
  const day = until && dateFormat(i18n.language, { dateStyle: "long" }).format(until);
  return (
    <div className="flex shrink-0 flex-wrap justify-end gap-1.5">
      {isOver ? (
        <Button size="small" kind="primary" onClick={() => setFollowing(true)}>
          {t("ticket.followUp")}
        </Button>
      ) : isDone(ticket) ? (
        <Button
          size="small"
          isBusy={reopen.isPending}
          title={day ? t("student.until", { day }) : undefined}
          onClick={() => reopen.mutate()}
        >
          {t("ticket.reopen")}
        </Button>
      ) : null}
      {ticket.status !== "closed" && (
        <Button size="small" onClick={() => setClosing(true)}>
          {t("ticket.close")}
        </Button>
      )}
      {isClosing && (
        <Suspense>
          <CloseDialog ticket={ticket} isOpen onOpenChange={setClosing} onClosed={refresh} />
        </Suspense>
      )}
      {isFollowing && (
        <Suspense>
          <CreateTicketModal follows={ticket} onClose={() => setFollowing(false)} />
        </Suspense>
      )}
    </div>
  );
}

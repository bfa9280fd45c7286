import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { BulkFailure, BulkJob } from "~/api/schema";
import { ticketById } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";

interface Props {
  job: BulkJob;
  isOpen: boolean;
  onCancel: () => void;
  /** The job goes on. */
  onClose: () => void;
}

/** How far a job is; at its end, what came of it, and each ticket that refused with its reason. */
export function JobDialog({ job, isOpen, onCancel, onClose }: Props) {
  const { t } = useTranslation();
  const isRunning = job.state === "running";
  const changed = job.done - job.failed;
  const share = job.total === 0 ? 100 : Math.floor((job.done / job.total) * 100);
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      title={t(isRunning ? "bulk.running" : job.state === "cancelled" ? "bulk.cancelled" : "bulk.finished")}
      actions={
        isRunning ? (
          <>
            <Button kind="danger" onClick={onCancel}>
              {t("bulk.cancel")}
            </Button>
            <Button kind="primary" onClick={onClose}>
              {t("bulk.background")}
            </Button>
          </>
        ) : (
          <Button kind="primary" onClick={onClose}>
            {t("app.close")}
          </Button>
        )
      }
    >
      <progress
        value={job.done}
        max={Math.max(job.total, 1)}
        aria-label={t("bulk.running")}
        className="h-2 w-full overflow-hidden rounded-full bg-sunken accent-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      >
        {share} %
      </progress>
      <p className="tabular text-sm" aria-live="polite">
        {isRunning
          ? t("bulk.progress", { done: job.done, total: job.total })
          : t("bulk.outcome", { changed, failed: job.failed, left: job.total - job.done })}
      </p>
      {job.failures.length > 0 && (
        <section aria-label={t("bulk.failures")} className="flex min-h-0 flex-col gap-1.5">
          <h3 className="text-sm font-semibold">{t("bulk.failures")}</h3>
          <ul className="max-h-64 divide-y divide-line overflow-y-auto rounded-lg border border-line">
            {job.failures.map((failure) => (
              <Failure key={failure.ticket} failure={failure} />
            ))}
          </ul>
          {job.failed > job.failures.length && (
            <p className="text-xs text-muted">{t("bulk.firstFailures", { count: job.failures.length })}</p>
          )}
        </section>
      )}
    </Dialog>
  );
}

/** A ticket by its number: jobs over a filter know it by its id alone. */
function Failure({ failure }: { failure: BulkFailure }) {
  const { t } = useTranslation();
  const isNumber = !failure.ticket.startsWith("tkt_");
  const { data } = useQuery({ ...ticketById(failure.ticket), enabled: !isNumber, retry: false });
  const number = isNumber ? failure.ticket : data?.ticketId;
  return (
    <li className="px-3 py-2 text-sm">
      <Link
        to="/support/$ticketId"
        params={{ ticketId: number ?? failure.ticket }}
        className="tabular font-medium text-accent-text underline"
      >
        {number ?? failure.ticket}
      </Link>
      <p className="text-muted">
        {failure.reason === "other" ? failure.detail : t(`bulk.reasons.${failure.reason}`)}
      </p>
    </li>
  );
}

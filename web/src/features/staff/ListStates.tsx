/** A list without rows: on its way, failed, or with nothing in it, and why. */

import { ProblemError } from "~/api/problem";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Delayed } from "~/ui/Delayed";
import { ROW_HEIGHT } from "./StaffTicketRow";
import { cleared, isNarrowed, type StaffSearch, viewOf } from "./views";

const ROWS = [0, 1, 2, 3, 4, 5, 6];

export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div aria-busy="true" className="min-h-0 flex-1 overflow-hidden">
      <span className="sr-only" role="status">
        {t("app.loading")}
      </span>
      <Delayed>
        {ROWS.map((row) => (
          <div
            key={row}
            aria-hidden="true"
            className="flex animate-pulse gap-3 border-b border-line px-3.5 py-3"
            style={{ height: ROW_HEIGHT }}
          >
            <div className="size-8 rounded-full bg-sunken" />
            <div className="flex flex-1 flex-col gap-2 pt-0.5">
              <div className="h-2.5 w-1/3 rounded bg-sunken" />
              <div className="h-3 w-4/5 rounded bg-sunken" />
              <div className="h-3 w-1/2 rounded bg-sunken" />
            </div>
          </div>
        ))}
      </Delayed>
    </div>
  );
}

export function ListFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  const isOffline = error instanceof ProblemError && error.status === 0;
  const id = error instanceof ProblemError ? error.requestId : null;
  return (
    <div role="alert" className="px-6 py-14 text-center">
      <p className="font-semibold">{t(isOffline ? "errors.offline" : "errors.failed")}</p>
      <p className="mt-1 text-sm text-muted">{isOffline ? t("errors.offlineDetail") : error.message}</p>
      {id && <p className="mt-1 text-xs text-muted">{t("errors.requestId", { id })}</p>}
      <Button className="mt-4" onClick={onRetry}>
        {t("app.retry")}
      </Button>
    </div>
  );
}

interface NothingProps {
  search: StaffSearch;
  isFound: boolean;
  onChange: (search: StaffSearch) => void;
}

/** Nothing matches, nothing is mine, or all is done: each with what may help. */
export function NothingListed({ search, isFound, onChange }: NothingProps) {
  const { t } = useTranslation();
  const view = viewOf(search);
  if (isNarrowed(search)) {
    return (
      <Nothing title={t("tickets.noMatch.title")} detail={t("tickets.noMatch.detail")}>
        {isFound && view !== "all" && (
          <Button kind="primary" onClick={() => onChange({ view: "all", ...(search.q && { q: search.q }) })}>
            {t("inbox.list.everywhere")}
          </Button>
        )}
        <Button onClick={() => onChange(cleared(search))}>{t("tickets.noMatch.action")}</Button>
      </Nothing>
    );
  }
  if (view === "mine") {
    return (
      <Nothing title={t("inbox.list.noneMine.title")} detail={t("inbox.list.noneMine.detail")}>
        <Button onClick={() => onChange({ view: "unassigned" })}>{t("inbox.list.toUnassigned")}</Button>
      </Nothing>
    );
  }
  return <Nothing title={t("tickets.caughtUp.title")} detail={t("tickets.caughtUp.detail")} />;
}

function Nothing({ title, detail, children }: { title: string; detail: string; children?: React.ReactNode }) {
  return (
    <div role="status" className="px-6 py-14 text-center">
      <p className="font-semibold">{title}</p>
      <p className="mt-1 text-sm text-muted">{detail}</p>
      <div className="mt-4 flex flex-wrap justify-center gap-2">{children}</div>
    </div>
  );
}

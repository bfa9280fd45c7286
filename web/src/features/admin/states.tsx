/** What stands where a list is not, or not yet. */
import type { ReactNode } from "react";
import { ProblemError } from "~/api/problem";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Delayed } from "~/ui/Delayed";

/** Nothing is there, and what may be done about it. */
export function Empty({ title, detail, children }: { title: string; detail?: string; children?: ReactNode }) {
  return (
    <div className="px-6 py-14 text-center">
      <p className="text-lg font-semibold">{title}</p>
      {detail && <p className="mx-auto mt-1 max-w-md text-muted">{detail}</p>}
      {children && <div className="mt-5 flex justify-center gap-2">{children}</div>}
    </div>
  );
}

/** It could not be read: why, the request to ask about, and another try. */
export function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  const isOffline = error instanceof ProblemError && error.status === 0;
  const id = error instanceof ProblemError ? error.requestId : null;
  const detail = isOffline ? t("errors.offlineDetail") : error.message;
  return (
    <div role="alert">
      <Empty
        title={t(isOffline ? "errors.offline" : "errors.failed")}
        detail={[detail, id && t("errors.requestId", { id })].filter(Boolean).join(" · ")}
      >
        <Button onClick={onRetry}>{t("app.retry")}</Button>
      </Empty>
    </div>
  );
}

/** So many lines are on their way. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <Delayed>
      <output className="flex flex-col" aria-label={t("app.loading")}>
        {Array.from({ length: lines }, (_, line) => line).map((line) => (
          <span key={line} className="flex h-12 items-center gap-4 border-b border-line px-4">
            <span className="h-3 w-32 animate-pulse rounded bg-sunken" />
            <span className="h-3 flex-1 animate-pulse rounded bg-sunken" />
            <span className="h-3 w-20 animate-pulse rounded bg-sunken" />
          </span>
        ))}
      </output>
    </Delayed>
  );
}

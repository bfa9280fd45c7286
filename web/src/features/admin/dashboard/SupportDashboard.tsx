import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { Failed, Skeleton } from "~/features/admin/states";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { AgentsPanel } from "./AgentsPanel";
import { BacklogPanel } from "./BacklogPanel";
import { CategoryPanel } from "./CategoryPanel";
import { DaysPanel } from "./DaysPanel";
import { DurationsPanel } from "./DurationsPanel";
import { deskStats, PERIODS, type Period } from "./period";
import { RecentTickets } from "./RecentTickets";
import { StatCards } from "./StatCards";

interface Props {
  days: Period;
  onDays: (days: Period) => void;
}

/** How the desk does: the numbers of now and of a period, beside those of the period before. */
export function SupportDashboard({ days, onDays }: Props) {
  const { t } = useTranslation();
  const stats = useQuery({ ...deskStats(days), placeholderData: (before) => before });
  // Drawn bit by bit when they come, so that the page answers meanwhile.
  const shown = useDeferredValue(stats.data);
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4 px-4 py-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{t("admin.dashboard.title")}</h1>
        <div role="group" aria-label={t("admin.dashboard.period")} className="flex flex-wrap gap-1">
          {PERIODS.map((period) => (
            <button
              key={period}
              type="button"
              aria-pressed={period === days}
              onClick={() => onDays(period)}
              className={cx(
                "h-8 rounded-lg px-2.5 text-sm font-medium",
                period === days ? "bg-accent-soft text-accent-text" : "text-muted hover:bg-hover",
              )}
            >
              {t("admin.dashboard.lastDays", { count: period })}
            </button>
          ))}
        </div>
      </div>
      {shown ? (
        <div
          className={cx("flex flex-col gap-4", stats.isPlaceholderData && "opacity-60")}
          aria-busy={stats.isFetching}
        >
          <StatCards stats={shown} />
          <div className="grid gap-4 *:min-w-0 lg:grid-cols-3">
            <DaysPanel stats={shown} />
            <CategoryPanel stats={shown} />
            <DurationsPanel stats={shown} />
            <BacklogPanel stats={shown} />
            <AgentsPanel days={days} />
            <RecentTickets />
          </div>
        </div>
      ) : stats.error ? (
        <Failed error={stats.error} onRetry={() => void stats.refetch()} />
      ) : (
        <Skeleton lines={10} />
      )}
    </div>
  );
}

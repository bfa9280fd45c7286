import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { useCounts, useTotal } from "./useCounts";
import { STATS, type StaffSearch, type Stat, showsStat } from "./views";

/** My open, my in progress, all there is: each number leads to its tickets. */
export const StatsBar = memo(function StatsBar({ search }: { search: StaffSearch }) {
  const { t, i18n } = useTranslation();
  const counts = useCounts();
  const total = useTotal();
  const shown = (stat: Stat) => {
    if (stat === "total") return total?.toLocaleString(i18n.language);
    const counted = counts.get(STATS[stat].words);
    return counted && `${counted.count}${counted.isMore ? "+" : ""}`;
  };
  return (
    <nav aria-label={t("inbox.stats.label")} className="grid grid-cols-3 gap-1.5">
      {(Object.keys(STATS) as Stat[]).map((stat) => {
        const isCurrent = showsStat(search, stat);
        return (
          <Link
            key={stat}
            to="/support"
            search={STATS[stat].search}
            aria-current={isCurrent ? "page" : undefined}
            className={cx(
              "flex min-w-0 flex-col rounded-lg border px-2.5 py-1.5",
              isCurrent ? "border-accent bg-accent-soft" : "border-line hover:bg-hover",
            )}
          >
            <span className="tabular text-lg leading-tight font-semibold">{shown(stat) ?? "–"}</span>
            <span className="text-xs leading-tight text-muted">{t(`inbox.stats.${stat}`)}</span>
          </Link>
        );
      })}
    </nav>
  );
});

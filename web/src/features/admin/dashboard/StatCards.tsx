import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Stats } from "~/api/schema";
import { type AdminSearch, DONE } from "~/features/admin/adminSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { Change } from "./Change";
import { whole } from "./figures";
import { Info } from "./Panel";

/** Open, In Progress, Resolved, Total: each leads to its list, and says how it was before. */
export function StatCards({ stats }: { stats: Stats }) {
  const { t, i18n } = useTranslation();
  const { now, created, resolved, reopened, firstResponse, from } = stats;
  const undone = now.backlog.total;
  // What came in and what came back, less what was done, is by how much the heap has grown.
  const undoneBefore = undone - (created.count + reopened.count - resolved.count);
  const totalBefore = now.total - created.count;
  const shown = (count: number) => whole(count, i18n.language);
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Card name="open" value={now.byStatus.open ?? 0} search={{ status: ["open"] }}>
        {t("admin.dashboard.cards.undone", { count: undone })}
        <Change now={undone} before={undoneBefore} shownBefore={shown(undoneBefore)} better="down" />
      </Card>
      <Card name="inProgress" value={now.byStatus["in-progress"] ?? 0} search={{ status: ["in-progress"] }}>
        {t("admin.dashboard.cards.answered", { count: firstResponse.count })}
        <Change
          now={firstResponse.count}
          before={firstResponse.previous.count}
          shownBefore={shown(firstResponse.previous.count)}
          better="up"
        />
      </Card>
      <Card name="resolved" value={resolved.count} search={{ status: DONE, updatedFrom: from }}>
        {t("admin.dashboard.cards.inPeriod")}
        <Change
          now={resolved.count}
          before={resolved.previous}
          shownBefore={shown(resolved.previous)}
          better="up"
        />
      </Card>
      <Card name="total" value={now.total} search={{}}>
        {t("admin.dashboard.cards.new", { count: created.count })}
        <Change now={now.total} before={totalBefore} shownBefore={shown(totalBefore)} />
      </Card>
    </div>
  );
}

interface CardProps {
  name: "open" | "inProgress" | "resolved" | "total";
  value: number;
  search: AdminSearch;
  children: ReactNode;
}

function Card({ name, value, search, children }: CardProps) {
  const { t, i18n } = useTranslation();
  return (
    <div className="relative flex flex-col gap-1 rounded-2xl border border-line bg-surface p-4 hover:border-line-strong">
      <div className="flex items-center justify-between gap-1 text-sm text-muted">
        <h2>
          {/* The link is as large as the card; what stands above it can still be reached. */}
          <Link
            to="/admin/tickets"
            search={search}
            className="rounded-2xl font-medium after:absolute after:inset-0 after:rounded-2xl"
          >
            {t(`admin.dashboard.cards.${name}`)}
          </Link>
        </h2>
        <span className="relative">
          <Info about={t(`admin.dashboard.cards.${name}`)}>{t(`admin.dashboard.cardInfo.${name}`)}</Info>
        </span>
      </div>
      <p className="tabular text-3xl font-semibold tracking-tight">{whole(value, i18n.language)}</p>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">{children}</p>
    </div>
  );
}

import { Link } from "@tanstack/react-router";
import type { Stats } from "~/api/schema";
import { UNDONE } from "~/features/admin/adminSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { whole } from "./figures";
import { Panel } from "./Panel";

const DAY_MS = 24 * 3600 * 1000;
/** From how many days ago up to how many each part was opened. */
const AGES = [
  ["upToOneDay", 1, 0],
  ["upToThreeDays", 3, 1],
  ["upToSevenDays", 7, 3],
  ["older", null, 7],
] as const;

/** What is not done, by how long ago it was opened: bars that are a table, and lead to their lists. */
export function BacklogPanel({ stats }: { stats: Stats }) {
  const { t, i18n } = useTranslation();
  const { backlog } = stats.now;
  const most = Math.max(...AGES.map(([age]) => backlog[age]), 1);
  const at = Date.parse(stats.generatedAt);
  const ago = (days: number) => new Date(at - days * DAY_MS).toISOString();
  return (
    <Panel title={t("admin.dashboard.backlog")} info={t("admin.dashboard.backlogInfo")}>
      <ul className="flex flex-col gap-1">
        {AGES.map(([age, oldest, newest]) => (
          <li key={age}>
            <Link
              to="/admin/tickets"
              search={{
                status: UNDONE,
                ...(oldest !== null && { createdFrom: ago(oldest) }),
                ...(newest > 0 && { createdTo: ago(newest) }),
              }}
              className="flex min-h-9 items-center gap-3 rounded-md px-1.5 text-sm hover:bg-hover"
            >
              <span className="w-32 shrink-0">{t(`admin.dashboard.ages.${age}`)}</span>
              <span className="h-3 min-w-0 flex-1">
                <span
                  className="block h-full min-w-0.5 rounded-sm bg-chart-1"
                  style={{ width: `${(backlog[age] / most) * 100}%` }}
                />
              </span>
              <span className="tabular w-14 text-right font-medium">
                {whole(backlog[age], i18n.language)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <p className="mt-auto text-sm text-muted">
        <Link to="/admin/tickets" search={{ status: UNDONE }} className="hover:underline">
          {t("admin.dashboard.cards.undone", { count: backlog.total })}
        </Link>
      </p>
    </Panel>
  );
}

import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import type { Stats } from "~/api/schema";
import { DONE } from "~/features/admin/adminSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { dateFormat } from "~/ui/formats";
import { later } from "~/ui/later";
import { WhenSeen } from "~/ui/WhenSeen";
import { whole } from "./figures";
import { CELL, Panel } from "./Panel";
import { spans } from "./period";

const DaysLine = later(() => import("./charts").then(({ DaysLine }) => ({ default: DaysLine })));

/** How many tickets came and were done, day by day or week by week; the table's numbers lead to their lists. */
export function DaysPanel({ stats }: { stats: Stats }) {
  const { t, i18n } = useTranslation();
  const title = t("admin.dashboard.overTime");
  const parts = spans(stats.days);
  const names = { created: t("admin.dashboard.created"), resolved: t("admin.dashboard.resolved") };
  const format = dateFormat(i18n.language, { day: "numeric", month: "short", timeZone: "UTC" });
  const shownDay = (day: string) => format.format(Date.parse(day));
  const number = (count: number) => whole(count, i18n.language);
  return (
    <Panel
      title={title}
      info={t("admin.dashboard.overTimeInfo")}
      className="lg:col-span-2"
      table={
        <table className="w-full text-sm">
          <caption className="sr-only">{title}</caption>
          <thead className="sticky top-0 bg-surface text-xs text-muted">
            <tr>
              <th className={CELL}>{t("admin.dashboard.days")}</th>
              <th className={cx(CELL, "text-right")}>{names.created}</th>
              <th className={cx(CELL, "text-right")}>{names.resolved}</th>
            </tr>
          </thead>
          <tbody>
            {parts.toReversed().map(({ from, to, created, resolved }) => (
              <tr key={from} className="border-t border-line">
                <td className={CELL}>
                  {shownDay(from)}
                  {to !== from && ` – ${shownDay(to)}`}
                </td>
                <td className={cx(CELL, "tabular text-right")}>
                  <Link
                    to="/admin/tickets"
                    search={{ createdFrom: from, createdTo: to }}
                    className="inline-block min-w-6 underline"
                  >
                    {number(created)}
                  </Link>
                </td>
                <td className={cx(CELL, "tabular text-right")}>
                  <Link
                    to="/admin/tickets"
                    search={{ status: DONE, updatedFrom: from, updatedTo: to }}
                    className="inline-block min-w-6 underline"
                  >
                    {number(resolved)}
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <li>
          <Link
            to="/admin/tickets"
            search={{ createdFrom: stats.from, createdTo: stats.to }}
            className="flex min-h-6 items-center gap-2 rounded hover:underline"
          >
            <span className="h-0.5 w-5 bg-chart-1" />
            {names.created} <b className="tabular">{number(stats.created.count)}</b>
          </Link>
        </li>
        <li>
          <Link
            to="/admin/tickets"
            search={{ status: DONE, updatedFrom: stats.from }}
            className="flex min-h-6 items-center gap-2 rounded hover:underline"
          >
            <span className="w-5 border-t-2 border-dashed border-chart-2" />
            {names.resolved} <b className="tabular">{number(stats.resolved.count)}</b>
          </Link>
        </li>
      </ul>
      <div className="min-h-60 flex-1" role="img" aria-label={title}>
        <WhenSeen>
          <Suspense>
            <DaysLine spans={parts} names={names} shownDay={shownDay} />
          </Suspense>
        </WhenSeen>
      </div>
    </Panel>
  );
}

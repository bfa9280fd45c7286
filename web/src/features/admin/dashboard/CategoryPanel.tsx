import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import type { Stats } from "~/api/schema";
import { CATEGORIES } from "~/features/tickets/ticketSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { later } from "~/ui/later";
import { WhenSeen } from "~/ui/WhenSeen";
import { percent, whole } from "./figures";
import { CELL, Panel } from "./Panel";

const CategoryPie = later(() => import("./charts").then(({ CategoryPie }) => ({ default: CategoryPie })));

const FILLS = ["bg-chart-1", "bg-chart-2", "bg-chart-3", "bg-chart-4", "bg-chart-5"] as const;

/** How many tickets each category has: a pie, its legend with numbers, and the same as a table. */
export function CategoryPanel({ stats }: { stats: Stats }) {
  const { t, i18n } = useTranslation();
  const title = t("admin.dashboard.byCategory");
  const counts = CATEGORIES.map((category, place) => ({
    category,
    name: t(`category.${category}`),
    value: stats.now.byCategory[category] ?? 0,
    fill: `var(--chart-${place + 1})`,
    swatch: FILLS[place],
  }));
  const total = Math.max(stats.now.total, 1);
  const share = (count: number) => percent(count / total, i18n.language);
  return (
    <Panel
      title={title}
      info={t("admin.dashboard.byCategoryInfo")}
      table={
        <table className="w-full text-sm">
          <caption className="sr-only">{title}</caption>
          <thead className="text-xs text-muted">
            <tr>
              <th className={CELL}>{t("category.label")}</th>
              <th className={cx(CELL, "text-right")}>{t("admin.dashboard.tickets")}</th>
              <th className={cx(CELL, "text-right")}>{t("admin.dashboard.share")}</th>
            </tr>
          </thead>
          <tbody>
            {counts.map(({ category, name, value }) => (
              <tr key={category} className="border-t border-line">
                <td className={CELL}>{name}</td>
                <td className={cx(CELL, "tabular text-right")}>{whole(value, i18n.language)}</td>
                <td className={cx(CELL, "tabular text-right")}>{share(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      <div className="flex flex-wrap items-center gap-4">
        <div className="h-45 min-w-40 flex-1" role="img" aria-label={title}>
          <WhenSeen>
            <Suspense>
              <CategoryPie slices={counts} />
            </Suspense>
          </WhenSeen>
        </div>
        <ul className="min-w-40 flex-1">
          {counts.map(({ category, name, value, swatch }) => (
            <li key={category}>
              <Link
                to="/admin/tickets"
                search={{ category: [category] }}
                className="flex min-h-8 items-center gap-2 rounded-md px-1.5 text-sm hover:bg-hover"
              >
                <span className={cx("size-3 shrink-0 rounded-sm", swatch)} />
                <span className="min-w-0 flex-1 truncate" title={name}>
                  {name}
                </span>
                <span className="tabular font-medium">{whole(value, i18n.language)}</span>
                <span className="tabular w-12 text-right text-xs text-muted">{share(value)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}

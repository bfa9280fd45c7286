import { Link } from "@tanstack/react-router";
import type { Stats } from "~/api/schema";
import { type AdminSearch, DONE } from "~/features/admin/adminSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { Change } from "./Change";
import { duration, percent, whole } from "./figures";
import { CELL, Info, Panel } from "./Panel";

const TIMES = ["firstResponse", "nextResponse", "firstResolution", "fullResolution"] as const;

/** How long students waited for answers and for the end, and how often it was not the end. */
export function DurationsPanel({ stats }: { stats: Stats }) {
  const { t, i18n } = useTranslation();
  const shown = (seconds: number | null) => (seconds === null ? "–" : duration(seconds, i18n.language));
  const list = (time: (typeof TIMES)[number]): AdminSearch =>
    time.endsWith("Response") ? { updatedFrom: stats.from } : { status: DONE, updatedFrom: stats.from };
  const { rate, previous } = stats.reopenRate;
  const shownRate = (of: number | null) => (of === null ? "–" : percent(of, i18n.language));
  return (
    <Panel
      title={t("admin.dashboard.times")}
      info={t("admin.dashboard.timesInfo", { error: percent(stats.quantileError, i18n.language) })}
      className="lg:col-span-2"
    >
      <div className="overflow-x-auto">
        <table className="w-full text-sm">
          <caption className="sr-only">{t("admin.dashboard.times")}</caption>
          <thead className="text-xs text-muted">
            <tr>
              <th scope="col" className={CELL}>
                <span className="sr-only">{t("admin.dashboard.measure")}</span>
              </th>
              <th scope="col" className={cx(CELL, "text-right")}>
                {t("admin.dashboard.median")}
              </th>
              <th scope="col" className={cx(CELL, "max-sm:hidden")}>
                <span className="sr-only">{t("admin.dashboard.compared")}</span>
              </th>
              <th scope="col" className={cx(CELL, "text-right")}>
                {t("admin.dashboard.p90")}
              </th>
              <th scope="col" className={cx(CELL, "text-right")}>
                {t("admin.dashboard.count")}
              </th>
            </tr>
          </thead>
          <tbody>
            {TIMES.map((time) => {
              const { median, p90, count, previous } = stats[time];
              const name = t(`admin.dashboard.measures.${time}`);
              return (
                <tr key={time} className="border-t border-line">
                  <th scope="row" className={cx(CELL, "font-normal !whitespace-normal")}>
                    <span className="flex items-center gap-1">
                      {name}
                      <Info about={name}>{t(`admin.dashboard.measureInfo.${time}`)}</Info>
                    </span>
                  </th>
                  <td className={cx(CELL, "tabular text-right font-medium whitespace-nowrap")}>
                    {shown(median)}
                  </td>
                  <td className={cx(CELL, "max-sm:hidden")}>
                    <Change
                      now={median}
                      before={previous.median}
                      shownBefore={shown(previous.median)}
                      better="down"
                    />
                  </td>
                  <td className={cx(CELL, "tabular text-right whitespace-nowrap")}>{shown(p90)}</td>
                  <td className={cx(CELL, "tabular text-right")}>
                    <Link to="/admin/tickets" search={list(time)} className="inline-block min-w-6 underline">
                      {whole(count, i18n.language)}
                    </Link>
                  </td>
                </tr>
              );
            })}
            <tr className="border-t border-line">
              <th scope="row" className={cx(CELL, "font-normal !whitespace-normal")}>
                <span className="flex items-center gap-1">
                  {t("admin.dashboard.measures.reopenRate")}
                  <Info about={t("admin.dashboard.measures.reopenRate")}>
                    {t("admin.dashboard.measureInfo.reopenRate")}
                  </Info>
                </span>
              </th>
              <td className={cx(CELL, "tabular text-right font-medium")}>{shownRate(rate)}</td>
              <td className={cx(CELL, "max-sm:hidden")}>
                <Change now={rate} before={previous} shownBefore={shownRate(previous)} better="down" />
              </td>
              <td className={cx(CELL, "text-right")}>–</td>
              <td className={cx(CELL, "tabular text-right")}>
                <Link
                  to="/admin/tickets"
                  search={{ updatedFrom: stats.from }}
                  className="inline-block min-w-6 underline"
                >
                  {whole(stats.reopened.count, i18n.language)}
                </Link>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

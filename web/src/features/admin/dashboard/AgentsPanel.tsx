import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type AdminSearch, DONE, UNDONE } from "~/features/admin/adminSearch";
import { Failed, Skeleton } from "~/features/admin/states";
import { useTranslation } from "~/i18n/useTranslation";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Change } from "./Change";
import { duration, whole } from "./figures";
import { CELL, Panel } from "./Panel";
import { agentStats, type Period } from "./period";

/** So many are shown at first: those with the most to do. */
const FIRST = 8;

/** What each member of staff did in the period, and has to do now. */
export function AgentsPanel({ days }: { days: Period }) {
  const { t, i18n } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = useQuery(agentStats(days));
  const agents = (data?.agents ?? []).toSorted(
    (one, other) => other.openCount - one.openCount || other.handled.count - one.handled.count,
  );
  const shown = isWhole ? agents : agents.slice(0, FIRST);
  const number = (count: number) => whole(count, i18n.language);
  const time = (seconds: number | null) => (seconds === null ? "–" : duration(seconds, i18n.language));
  return (
    <Panel
      title={t("admin.dashboard.agents")}
      info={t("admin.dashboard.agentsInfo")}
      className="lg:col-span-3"
    >
      {!data && error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={4} />
      ) : agents.length === 0 ? (
        <p className="py-6 text-center text-sm text-muted">{t("admin.dashboard.noAgents")}</p>
      ) : (
        <div className="overflow-x-auto">
          <table className="w-full min-w-2xl text-sm">
            <caption className="sr-only">{t("admin.dashboard.agents")}</caption>
            <thead className="text-xs text-muted">
              <tr>
                <th scope="col" className={CELL}>
                  {t("admin.dashboard.agent.name")}
                </th>
                {(["openCount", "handled", "answered", "median", "p90"] as const).map((column) => (
                  <th key={column} scope="col" className={cx(CELL, "text-right")}>
                    {t(`admin.dashboard.agent.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ person, openCount, handled, answered, firstResponse }) => (
                <tr key={person.id} className="border-t border-line">
                  <th scope="row" className={cx(CELL, "font-normal")}>
                    <span className="flex items-center gap-2">
                      <Avatar name={person.displayName} url={person.avatarUrl} size={26} />
                      <span className="max-w-56 truncate" title={person.displayName}>
                        {person.displayName}
                      </span>
                    </span>
                  </th>
                  <td className={cx(CELL, "tabular text-right")}>
                    <ListLink search={{ assignee: [person.id], status: UNDONE }}>
                      {number(openCount)}
                    </ListLink>
                  </td>
                  <td className={cx(CELL, "tabular text-right")}>
                    <span className="inline-flex items-center gap-2">
                      <Change
                        now={handled.count}
                        before={handled.previous}
                        shownBefore={number(handled.previous)}
                        better="up"
                      />
                      <ListLink search={{ assignee: [person.id], status: DONE, updatedFrom: data.from }}>
                        {number(handled.count)}
                      </ListLink>
                    </span>
                  </td>
                  <td className={cx(CELL, "tabular text-right")}>
                    <ListLink search={{ assignee: [person.id], updatedFrom: data.from }}>
                      {number(answered.count)}
                    </ListLink>
                  </td>
                  <td className={cx(CELL, "tabular text-right whitespace-nowrap")}>
                    {time(firstResponse.median)}
                  </td>
                  <td className={cx(CELL, "tabular text-right whitespace-nowrap")}>
                    {time(firstResponse.p90)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {agents.length > FIRST && (
        <Button kind="quiet" size="small" className="self-start" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t("admin.dashboard.fewer") : t("admin.dashboard.allOf", { count: agents.length })}
        </Button>
      )}
    </Panel>
  );
}

function ListLink({ search, children }: { search: AdminSearch; children: string }) {
  return (
    <Link to="/admin/tickets" search={search} className="inline-block min-w-6 underline">
      {children}
    </Link>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { countTickets, getTeams } from "~/services/staffService";
import { cx } from "~/ui/cx";
import { type StaffSearch, VIEWS, viewOf, wordsOf } from "./views";

/** The views, each with how much is in it. */
export function ViewsNav({ search }: { search: StaffSearch }) {
  const { t } = useTranslation();
  const { data: teams } = useQuery({
    queryKey: ["teams"],
    queryFn: ({ signal }) => getTeams(signal),
    staleTime: 300_000,
  });
  const inUse = teams?.items.filter((team) => !team.retired) ?? [];
  const words = [...VIEWS.map(wordsOf), ...inUse.map((team) => wordsOf({ team: team.id }))];
  const { data: counts } = useQuery({
    queryKey: ["tickets", "counts", words],
    queryFn: ({ signal }) => countTickets(words, signal),
    placeholderData: (before) => before,
  });
  const current = viewOf(search);
  const count = (place: number) => {
    const counted = counts?.items[place];
    return counted && (counted.isMore ? `${counted.count}+` : String(counted.count));
  };
  return (
    <nav
      aria-label={t("nav.views")}
      className="flex w-52 shrink-0 flex-col gap-0.5 overflow-y-auto border-r border-line p-2 max-lg:hidden"
    >
      {VIEWS.map((view, place) => (
        <ViewLink key={view} search={{ view }} isCurrent={current === view} count={count(place)}>
          {t(`staff.views.${view}`)}
        </ViewLink>
      ))}
      {inUse.length > 0 && (
        <h2 className="px-2.5 pt-4 pb-1 text-xs font-semibold text-muted">{t("nav.teams")}</h2>
      )}
      {inUse.map((team, place) => (
        <ViewLink
          key={team.id}
          search={{ team: team.id }}
          isCurrent={search.team === team.id}
          count={count(VIEWS.length + place)}
        >
          {team.name}
        </ViewLink>
      ))}
    </nav>
  );
}

interface ViewLinkProps {
  search: StaffSearch;
  isCurrent: boolean;
  count: string | undefined;
  children: string;
}

function ViewLink({ search, isCurrent, count, children }: ViewLinkProps) {
  return (
    <Link
      to="/support"
      search={search}
      aria-current={isCurrent ? "page" : undefined}
      className={cx(
        "flex items-center gap-2 rounded-lg px-2.5 py-1.5 text-sm",
        isCurrent ? "bg-accent-soft font-medium text-accent-text" : "text-text hover:bg-hover",
      )}
    >
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {count && <span className="tabular text-xs text-muted">{count}</span>}
    </Link>
  );
}

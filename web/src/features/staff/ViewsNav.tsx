import { Link } from "@tanstack/react-router";
import { memo, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { useCounts, useTeams } from "./useCounts";
import { type StaffSearch, VIEWS, viewOf, wordsOf } from "./views";

/** The views, each with how much is in it. */
export const ViewsNav = memo(function ViewsNav({ search }: { search: StaffSearch }) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("nav.views")}
      className="flex w-52 shrink-0 flex-col gap-0.5 overflow-y-auto border-r border-line p-2 max-lg:hidden"
    >
      <ViewLinks
        search={search}
        beforeTeams={<h2 className="px-2.5 pt-4 pb-1 text-xs font-semibold text-muted">{t("nav.teams")}</h2>}
      />
    </nav>
  );
});

/** The same views where there is no room for a pane of their own. */
export const ViewsStrip = memo(function ViewsStrip({ search }: { search: StaffSearch }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("nav.views")} className="-mx-2.5 flex gap-1 overflow-x-auto px-2.5 lg:hidden">
      <ViewLinks search={search} />
    </nav>
  );
});

function ViewLinks({ search, beforeTeams }: { search: StaffSearch; beforeTeams?: ReactNode }) {
  const { t } = useTranslation();
  const teams = useTeams();
  const current = viewOf(search);
  return (
    <>
      {VIEWS.map((view) => (
        <ViewLink key={view} search={{ view }} isCurrent={current === view} words={wordsOf(view)}>
          {t(`staff.views.${view}`)}
        </ViewLink>
      ))}
      {teams.length > 0 && beforeTeams}
      {teams.map((team) => (
        <ViewLink
          key={team.id}
          search={{ team: team.id }}
          isCurrent={search.team === team.id}
          words={wordsOf({ team: team.id })}
        >
          {team.name}
        </ViewLink>
      ))}
    </>
  );
}

interface ViewLinkProps {
  search: StaffSearch;
  isCurrent: boolean;
  /** What is counted. */
  words: string;
  children: string;
}

function ViewLink({ search, isCurrent, words, children }: ViewLinkProps) {
  const counted = useCounts().get(words);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isCurrent) link.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [isCurrent]);
  return (
    <Link
      ref={link}
      to="/support"
      search={search}
      aria-current={isCurrent ? "page" : undefined}
      className={cx(
        "flex items-center gap-2 rounded-lg px-2.5 py-1.5 text-sm max-lg:shrink-0",
        isCurrent ? "bg-accent-soft font-medium text-accent-text" : "text-text hover:bg-hover",
      )}
    >
      <span className="min-w-0 flex-1 truncate" title={children}>
        {children}
      </span>
      {counted && (
        <span className={cx("tabular text-xs", isCurrent ? "text-accent-text" : "text-muted")}>
          {counted.count}
          {counted.isMore && "+"}
        </span>
      )}
    </Link>
  );
}

import { Suspense, useMemo, useRef } from "react";
import { ProblemError } from "~/api/problem";
import { useSelection } from "~/features/bulk/useSelection";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { later } from "~/ui/later";
import { FilterChips } from "./FilterChips";
import { SearchBox } from "./SearchBox";
import { SortMenu } from "./SortMenu";
import { StaffFilters } from "./StaffFilters";
import { StaffList } from "./StaffList";
import { StatsBar } from "./StatsBar";
import { useStaffList } from "./useStaffList";
import { ViewsStrip } from "./ViewsNav";
import { type StaffSearch, withField } from "./views";

const BulkBar = later(() => import("~/features/bulk/BulkBar").then(({ BulkBar }) => ({ default: BulkBar })));
/** For so long after the pointer moved over the list somebody may be about to press a row. */
const POINTED_MS = 1_200;

interface Props {
  search: StaffSearch;
  /** The number of the ticket that is open. */
  open: string | undefined;
  onChange: (search: StaffSearch) => void;
}

/** The list with what narrows and sorts it. */
export function ListPane({ search, open, onChange }: Props) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const pointedAt = useRef(0);
  const now = useStaffList(search, open, () => {
    if ((frame.current?.scrollTop ?? 0) > 0) return "scrolled";
    return performance.now() - pointedAt.current < POINTED_MS ? "pointed" : null;
  });
  const selection = useSelection(now.text);
  // Once there, it stays: what was begun goes on when nothing is chosen any more.
  const hasChosen = useRef(false);
  hasChosen.current ||= !selection.isEmpty;
  const shown = useMemo(() => now.tickets.map((ticket) => ticket.ticketId), [now.tickets]);
  const { error } = now.list;
  const misunderstood = error instanceof ProblemError ? error.at("q") : undefined;
  return (
    <section
      // The ticket that is open is what the page is about; without one, the list is.
      role={open ? undefined : "main"}
      aria-label={t("tickets.all")}
      className={cx(
        "flex h-full w-full min-w-0 flex-col border-r border-line bg-surface md:w-92 md:shrink-0",
        open && "max-md:hidden",
      )}
      onPointerMove={() => {
        pointedAt.current = performance.now();
      }}
    >
      {!open && <h1 className="sr-only">{t("tickets.all")}</h1>}
      <div className="flex flex-col gap-2 border-b border-line p-2.5">
        <ViewsStrip search={search} />
        <StatsBar search={search} />
        <SearchBox
          value={search.q ?? ""}
          problem={misunderstood}
          onChange={(text) => onChange(withField(search, "q", text === "" ? undefined : text))}
        />
        {selection.isEmpty && (
          <div className="flex items-center justify-between gap-2">
            <StaffFilters search={search} onChange={onChange} />
            {!now.isFound && <SortMenu search={search} onChange={onChange} />}
          </div>
        )}
        {hasChosen.current && (
          <Suspense>
            <BulkBar selection={selection} filter={now.text} shown={shown} hasMore={now.list.hasNextPage} />
          </Suspense>
        )}
        <FilterChips search={search} isFound={now.isFound} onChange={onChange} />
      </div>
      <StaffList
        now={now}
        search={search}
        open={open}
        frame={frame}
        selection={selection}
        onChange={onChange}
      />
    </section>
  );
}

import { useQuery } from "@tanstack/react-query";
import type { FilterCount } from "~/api/schema";
import { ownCounts } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { STATUSES, type TicketSearch } from "./ticketSearch";

interface Props {
  search: TicketSearch;
  onChange: (search: TicketSearch) => void;
}

/** One's own tickets by how they stand, each with how many there are. */
export function StatusTabs({ search, onChange }: Props) {
  const { t } = useTranslation();
  const { data: counts } = useQuery(ownCounts(STATUSES));
  const { status, ...rest } = search;
  const current = status?.length === 1 ? status[0] : undefined;
  const isAll = !status?.length;
  return (
    <div className="-mx-4 overflow-x-auto px-4">
      <div
        role="group"
        aria-label={t("status.label")}
        className="flex w-max min-w-full gap-1 border-b border-line"
      >
        {[undefined, ...STATUSES].map((name, place) => {
          const isCurrent = name ? current === name : isAll;
          return (
            <button
              key={name ?? "all"}
              type="button"
              aria-pressed={isCurrent}
              onClick={() => onChange(name ? { ...rest, status: [name] } : rest)}
              className={cx(
                "-mb-px flex items-center gap-1.5 border-b-2 px-2.5 py-2 text-sm font-medium whitespace-nowrap",
                isCurrent
                  ? "border-accent text-accent-text"
                  : "border-transparent text-muted hover:text-text",
              )}
            >
              {t(`tickets.tabs.${name ?? "all"}`)}
              <Count count={counts?.items[place]} isCurrent={isCurrent} />
            </button>
          );
        })}
      </div>
    </div>
  );
}

function Count({ count, isCurrent }: { count: FilterCount | undefined; isCurrent: boolean }) {
  if (!count) return null;
  return (
    <span
      className={cx(
        "tabular rounded-full px-1.5 text-xs leading-5",
        isCurrent ? "bg-accent-soft text-accent-text" : "bg-sunken text-muted",
      )}
    >
      {count.count}
      {count.isMore && "+"}
    </span>
  );
}

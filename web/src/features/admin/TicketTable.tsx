import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { BulkBar } from "~/features/bulk/BulkBar";
import { filterText } from "~/features/bulk/filterText";
import { useSelection } from "~/features/bulk/useSelection";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { ChevronIcon } from "~/ui/icons";
import { type AdminSearch, adminQuery, cleared, isNarrowed } from "./adminSearch";
import { Empty, Failed, Skeleton } from "./states";
import { ROW, TicketTableRow } from "./TicketTableRow";
import { useTicketTable } from "./useTicketTable";

interface Props {
  search: AdminSearch;
  onChange: (search: AdminSearch) => void;
}

const ROW_HEIGHT = 46;

/** Every ticket of a filter, however many: those in sight are drawn, the rest is fetched on the way down. */
export function TicketTable({ search, onChange }: Props) {
  const { t } = useTranslation();
  const query = adminQuery(search);
  const filter = filterText(query);
  const { list, tickets, news, showNews } = useTicketTable(query, filter);
  const numbers = tickets.map((ticket) => ticket.ticketId);
  const selection = useSelection(filter);
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: tickets.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (place) => tickets[place]?.id ?? place,
    overscan: 10,
  });
  const shown = rows.getVirtualItems();
  const isAtEnd = (shown.at(-1)?.index ?? 0) >= tickets.length - 15;
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list;

  useEffect(() => {
    if (isAtEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [isAtEnd, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  const key = JSON.stringify(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    frame.current?.scrollTo({ top: 0 });
  }, [key]);

  const isEachChosen = selection.isAll || (numbers.length > 0 && numbers.every(selection.has));
  return (
    <>
      <BulkBar selection={selection} filter={filter} shown={numbers} hasMore={hasNextPage} />
      <div className="relative flex min-h-80 flex-1 flex-col overflow-hidden rounded-xl border border-line bg-surface max-md:-mx-4 max-md:rounded-none max-md:border-x-0">
        <output className="pointer-events-none absolute inset-x-0 top-11 z-20 flex justify-center">
          {news > 0 && (
            <button
              type="button"
              onClick={() => {
                frame.current?.scrollTo({ top: 0 });
                showNews();
              }}
              className="pointer-events-auto h-8 rounded-full bg-accent px-3.5 text-sm font-medium text-on-accent shadow-pop hover:bg-accent-hover"
            >
              {t("admin.tickets.news", { count: news })}
            </button>
          )}
        </output>
        {list.isPending ? (
          <Skeleton lines={10} />
        ) : list.isError && tickets.length === 0 ? (
          <Failed error={list.error} onRetry={() => void list.refetch()} />
        ) : tickets.length === 0 && !hasNextPage ? (
          <Nothing search={search} onChange={onChange} />
        ) : (
          <section
            ref={frame}
            aria-label={t("admin.tickets.title")}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
            tabIndex={0}
            className={cx(
              "min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]",
              list.isPlaceholderData && "opacity-60",
            )}
          >
            <table
              aria-rowcount={hasNextPage ? -1 : tickets.length + 1}
              aria-busy={list.isFetching}
              className="block text-left"
            >
              <Head
                search={search}
                onChange={onChange}
                isEachChosen={isEachChosen}
                isSomeChosen={!selection.isEmpty}
                onChooseEach={() => (isEachChosen ? selection.clear() : selection.choose(numbers))}
              />
              <tbody className="relative block" style={{ height: rows.getTotalSize() }}>
                {shown.map((row) => {
                  const ticket = tickets[row.index];
                  return (
                    ticket && (
                      <TicketTableRow
                        key={row.key}
                        ref={rows.measureElement}
                        ticket={ticket}
                        index={row.index}
                        start={row.start}
                        isChosen={selection.has(ticket.ticketId)}
                        onToggle={(isRange) =>
                          selection.toggle(ticket.ticketId, isRange ? numbers : undefined)
                        }
                      />
                    )
                  );
                })}
              </tbody>
            </table>
            <Foot hasMore={hasNextPage} isFetching={isFetchingNextPage} onMore={() => void fetchNextPage()} />
          </section>
        )}
      </div>
    </>
  );
}

function Nothing({ search, onChange }: Props) {
  const { t } = useTranslation();
  return isNarrowed(search) ? (
    <Empty title={t("tickets.noMatch.title")} detail={t("tickets.noMatch.detail")}>
      <Button onClick={() => onChange(cleared(search))}>{t("tickets.noMatch.action")}</Button>
    </Empty>
  ) : (
    <Empty title={t("tickets.none.title")} detail={t("admin.tickets.none")} />
  );
}

function Foot({
  hasMore,
  isFetching,
  onMore,
}: {
  hasMore: boolean;
  isFetching: boolean;
  onMore: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex h-12 items-center justify-center text-sm text-muted">
      {hasMore ? (
        <Button kind="quiet" size="small" isBusy={isFetching} onClick={onMore}>
          {t("tickets.loadMore")}
        </Button>
      ) : (
        t("tickets.end")
      )}
    </div>
  );
}

interface HeadProps extends Props {
  isEachChosen: boolean;
  isSomeChosen: boolean;
  onChooseEach: () => void;
}

const SORTED = { priority: "priority", created: "createdAt", lastMessage: "lastMessageAt" } as const;
const COLUMNS = [
  "number",
  "title",
  "student",
  "status",
  "priority",
  "category",
  "assignee",
  "team",
  "created",
  "lastMessage",
] as const;

function Head({ search, onChange, isEachChosen, isSomeChosen, onChooseEach }: HeadProps) {
  const { t } = useTranslation();
  return (
    <thead className="sticky top-0 z-10 block border-b border-line bg-surface">
      <tr aria-rowindex={1} className={cx(ROW, "h-9 py-0 text-xs text-muted")}>
        <th scope="col" className="flex">
          <label className="grid size-6 place-items-center">
            <span className="sr-only">{t("bulk.selectAll")}</span>
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={isEachChosen}
              ref={(box) => {
                if (box) box.indeterminate = isSomeChosen && !isEachChosen;
              }}
              onChange={onChooseEach}
            />
          </label>
        </th>
        {COLUMNS.map((column) =>
          column in SORTED ? (
            <SortHeader
              key={column}
              column={column as keyof typeof SORTED}
              search={search}
              onChange={onChange}
            />
          ) : (
            <th
              key={column}
              scope="col"
              className={cx("truncate font-medium", column !== "title" && "max-[1320px]:sr-only")}
            >
              {t(`admin.tickets.columns.${column}`)}
            </th>
          ),
        )}
      </tr>
    </thead>
  );
}

function SortHeader({ column, search, onChange }: Props & { column: keyof typeof SORTED }) {
  const { t } = useTranslation();
  const sort = SORTED[column];
  const isSorted = search.sort === sort;
  const isAscending = isSorted && search.order === "asc";
  const { order: _, ...rest } = search;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (isAscending ? "ascending" : "descending") : "none"}
      className="min-w-0 font-medium max-[1320px]:hidden"
    >
      <button
        type="button"
        className={cx(
          "inline-flex h-7 max-w-full items-center gap-0.5 rounded hover:text-text",
          isSorted && "text-text",
        )}
        onClick={() =>
          onChange(isSorted && !isAscending ? { ...rest, sort, order: "asc" } : { ...rest, sort })
        }
      >
        <span className="truncate">{t(`admin.tickets.columns.${column}`)}</span>
        {isSorted && <ChevronIcon className={cx("size-3.5", isAscending && "rotate-180")} />}
      </button>
    </th>
  );
}

import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Selection } from "~/features/bulk/useSelection";
import { useTicketIntent } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { UpIcon } from "~/ui/icons";
import { useCommands } from "./commands";
import { ListFailed, ListSkeleton, NothingListed } from "./ListStates";
import { FOUND_HEIGHT, ROW_HEIGHT, StaffTicketRow } from "./StaffTicketRow";
import type { StaffListNow } from "./useStaffList";
import type { StaffSearch } from "./views";

interface Props {
  now: StaffListNow;
  search: StaffSearch;
  /** The number of the ticket that is open. */
  open: string | undefined;
  /** What scrolls; while it is not at its top, rows stay where they are. */
  frame: React.RefObject<HTMLDivElement | null>;
  selection: Selection;
  onChange: (search: StaffSearch) => void;
}

/** Where each list was left. */
const left = new Map<string, number>();
/** From so many rows before the end on, more are fetched. */
const AHEAD = 15;

/** The tickets of a view, or why there are none. */
export function StaffList(props: Props) {
  const { now, search, onChange } = props;
  const { list, tickets, isFound } = now;
  // Drawn bit by bit when it comes, so that the page answers meanwhile.
  const isDrawn = useDeferredValue(!list.isPending);
  if (list.isError && tickets.length === 0)
    return <ListFailed error={list.error} onRetry={() => list.refetch()} />;
  if (list.isPending || !isDrawn) return <ListSkeleton />;
  if (tickets.length === 0 && !list.hasNextPage)
    return <NothingListed search={search} isFound={isFound} onChange={onChange} />;
  return <Rows {...props} />;
}

/** Every ticket of a view, however many: those in sight are drawn, the rest is fetched on the way. */
function Rows({ now, search, open, frame, selection }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const intend = useTicketIntent();
  const { list, tickets, isFound, text, waiting, refresh } = now;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const [cursor, setCursor] = useState<string>();
  const height = isFound ? FOUND_HEIGHT : ROW_HEIGHT;
  const rows = useVirtualizer({
    count: tickets.length + (hasNextPage ? 1 : 0),
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 6,
  });
  const shown = rows.getVirtualItems();
  const isAtEnd = (shown.at(-1)?.index ?? 0) >= tickets.length - AHEAD;
  const place = Math.max(
    tickets.findIndex((ticket) => ticket.ticketId === (cursor ?? open)),
    0,
  );
  const current = tickets[place]?.ticketId;

  useEffect(() => {
    if (isAtEnd && hasNextPage && !isFetchingNextPage && !list.isError) void fetchNextPage();
  }, [isAtEnd, hasNextPage, isFetchingNextPage, fetchNextPage, list.isError]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is another layout
  useEffect(() => rows.measure(), [height]);

  const key = `${text} ${search.sort ?? ""}`;
  useLayoutEffect(() => {
    const scroller = frame.current;
    scroller?.scrollTo({ top: left.get(key) ?? 0 });
    setCursor(undefined);
    const keep = () => scroller && scroller.clientHeight > 0 && left.set(key, scroller.scrollTop);
    scroller?.addEventListener("scroll", keep, { passive: true });
    return () => scroller?.removeEventListener("scroll", keep);
  }, [key, frame]);

  useEffect(() => setCursor(open), [open]);

  const show = useCallback(
    (ticketId: string) => void navigate({ to: "/support/$ticketId", params: { ticketId }, search }),
    [navigate, search],
  );
  const step = (by: number) => {
    const next = tickets[cursor === undefined && open === undefined ? 0 : place + by];
    if (!next) return;
    rows.scrollToIndex(tickets.indexOf(next), { align: "auto" });
    setCursor(next.ticketId);
    if (open) show(next.ticketId);
    else intend(next.ticketId);
    const after = tickets[tickets.indexOf(next) + by];
    if (after) intend(after.ticketId);
    // The focus goes along when it is in the list.
    if (frame.current?.contains(document.activeElement)) {
      requestAnimationFrame(() =>
        frame.current?.querySelector<HTMLElement>(`[data-ticket="${CSS.escape(next.ticketId)}"]`)?.focus(),
      );
    }
  };
  const latest = useRef({ selection, tickets });
  latest.current = { selection, tickets };
  const choose = useCallback((ticketId: string, isRange: boolean) => {
    const { selection: chosen, tickets: all } = latest.current;
    chosen.toggle(ticketId, isRange ? all.map((ticket) => ticket.ticketId) : undefined);
  }, []);
  useCommands({
    next: () => step(1),
    previous: () => step(-1),
    open: current && !open ? () => show(current) : undefined,
    select: current ? () => choose(current, false) : undefined,
    selectRange: current ? () => choose(current, true) : undefined,
    back: selection.isEmpty ? undefined : selection.clear,
  });

  return (
    <div className="relative min-h-0 flex-1">
      {waiting > 0 && (
        <Button
          size="small"
          kind="primary"
          icon={<UpIcon className="size-4" />}
          className="absolute top-2 left-1/2 z-10 -translate-x-1/2 rounded-full shadow-pop"
          onClick={() => {
            frame.current?.scrollTo({ top: 0 });
            void refresh();
          }}
        >
          {t("inbox.list.arrived", { count: waiting })}
        </Button>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the rows are links; the arrows walk among them */}
      <div
        ref={frame}
        className="h-full overflow-y-auto [overflow-anchor:none]"
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          step(by);
        }}
        onScroll={(event) => {
          if (waiting > 0 && event.currentTarget.scrollTop === 0) void refresh();
        }}
      >
        <ul aria-label={t("inbox.list.label")} className="relative" style={{ height: rows.getTotalSize() }}>
          {shown.map((row) => {
            const ticket = tickets[row.index];
            return (
              <li
                key={ticket?.id ?? "more"}
                aria-setsize={hasNextPage ? -1 : tickets.length}
                aria-posinset={row.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              >
                {ticket ? (
                  <StaffTicketRow
                    ticket={ticket}
                    search={search}
                    isOpen={ticket.ticketId === open}
                    isReached={ticket.ticketId === current}
                    isCurrent={ticket.ticketId === cursor}
                    isChosen={selection.has(ticket.ticketId)}
                    isChoosing={!selection.isEmpty}
                    onChoose={choose}
                    onIntent={intend}
                  />
                ) : (
                  <More isError={list.isError} onRetry={() => fetchNextPage()} />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function More({ isError, onRetry }: { isError: boolean; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center justify-center gap-2 py-4 text-xs text-muted">
      {isError ? t("errors.failed") : t("app.loading")}
      {isError && (
        <Button size="small" onClick={onRetry}>
          {t("app.retry")}
        </Button>
      )}
    </div>
  );
}

import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ticketList, useTicketIntent } from "~/hooks/useSupport";
import { Button } from "~/ui/Button";
import { ROW_HEIGHT, StaffTicketRow } from "./StaffTicketRow";
import { type StaffSearch, staffQuery } from "./views";

interface Props {
  search: StaffSearch;
  /** The number of the ticket that is open. */
  open: string | undefined;
}

/** Every ticket of a view, however many: those in sight are drawn, the rest is fetched on the way. J and K walk. */
export function StaffList({ search, open }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const intend = useTicketIntent();
  const query = staffQuery(search);
  const list = useInfiniteQuery({ ...ticketList(query, "all"), placeholderData: (before) => before });
  const tickets = list.data?.pages.flatMap((page) => page.items) ?? [];
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: tickets.length + (list.hasNextPage ? 1 : 0),
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const shown = rows.getVirtualItems();
  const isAtEnd = (shown.at(-1)?.index ?? 0) >= tickets.length - 10;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;

  useEffect(() => {
    if (isAtEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isAtEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const key = JSON.stringify(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    frame.current?.scrollTo({ top: 0 });
  }, [key]);

  useEffect(() => {
    const walk = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[event.key];
      const isTyping = (event.target as HTMLElement | null)?.closest(
        "input, textarea, select, [contenteditable], [role=dialog]",
      );
      if (!step || isTyping || event.metaKey || event.ctrlKey || event.altKey) return;
      const next = tickets[tickets.findIndex((ticket) => ticket.ticketId === open) + step];
      if (!next) return;
      event.preventDefault();
      void navigate({ to: "/support/$ticketId", params: { ticketId: next.ticketId }, search });
      const after = tickets[tickets.indexOf(next) + step];
      if (after) intend(after.ticketId);
    };
    addEventListener("keydown", walk);
    return () => removeEventListener("keydown", walk);
  }, [tickets, open, navigate, search, intend]);

  if (list.isError && tickets.length === 0) {
    return (
      <div className="p-6 text-center">
        <p className="font-medium">{t("errors.failed")}</p>
        <p className="mt-1 text-sm text-muted">{list.error.message}</p>
        <Button className="mt-3" onClick={() => list.refetch()}>
          {t("app.retry")}
        </Button>
      </div>
    );
  }
  if (!list.isPending && tickets.length === 0 && !hasNextPage) {
    return (
      <div className="px-6 py-14 text-center">
        <p className="font-semibold">{t("tickets.caughtUp.title")}</p>
        <p className="mt-1 text-sm text-muted">{t("tickets.caughtUp.detail")}</p>
      </div>
    );
  }
  return (
    <div ref={frame} className="min-h-0 flex-1 overflow-y-auto" aria-busy={list.isPending}>
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map((row) => {
          const ticket = tickets[row.index];
          return (
            <li
              key={ticket?.id ?? "more"}
              className="absolute inset-x-0"
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
            >
              {ticket ? (
                <StaffTicketRow
                  ticket={ticket}
                  search={search}
                  isOpen={ticket.ticketId === open}
                  onIntent={() => intend(ticket.ticketId)}
                />
              ) : (
                <p className="py-4 text-center text-xs text-muted">{t("app.loading")}</p>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

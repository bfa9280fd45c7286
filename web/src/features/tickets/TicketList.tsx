import type { ReactNode } from "react";
import { useDeferredValue, useEffect, useRef } from "react";
import { ProblemError } from "~/api/problem";
import type { FoundPlace, OwnTicket } from "~/api/schema";
import { useTicketIntent } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Delayed } from "~/ui/Delayed";
import { PlusIcon } from "~/ui/icons";
import { TicketCard, TicketCardSkeleton } from "./TicketCard";

/** A ticket of a list, with where the words stand that were looked for. */
export interface Listed {
  ticket: OwnTicket;
  place?: FoundPlace | undefined;
}

/** How far a list has been read, and how it goes on. */
export interface ListState {
  isPending: boolean;
  isError: boolean;
  error: Error | null;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

interface Props {
  tickets: Listed[];
  list: ListState;
  isFiltered: boolean;
  onClear: () => void;
  onCreate?: () => void;
}

/** Tickets as cards, page by page; and what there is instead when there are none. */
export function TicketList({ tickets, list, isFiltered, onClear, onCreate }: Props) {
  const { t } = useTranslation();
  const intend = useTicketIntent();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const end = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = end.current;
    if (!element || !hasNextPage || isFetchingNextPage) return;
    const seen = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void fetchNextPage();
    });
    seen.observe(element);
    return () => seen.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  // Drawn bit by bit when it comes, so that the page answers meanwhile.
  const isDrawn = useDeferredValue(!list.isPending);
  if (list.isPending || !isDrawn) {
    return (
      <Delayed>
        <output className="flex flex-col gap-2.5" aria-label={t("app.loading")}>
          {[0, 1, 2, 3].map((place) => (
            <TicketCardSkeleton key={place} />
          ))}
        </output>
      </Delayed>
    );
  }
  if (list.isError && tickets.length === 0) {
    const id = list.error instanceof ProblemError ? list.error.requestId : null;
    const detail = [list.error?.message, id && t("errors.requestId", { id })].filter(Boolean).join(" · ");
    return (
      <div role="alert">
        <Empty title={t("errors.failed")} detail={detail}>
          <Button onClick={() => list.refetch()}>{t("app.retry")}</Button>
        </Empty>
      </div>
    );
  }
  if (tickets.length === 0 && !hasNextPage) {
    return isFiltered ? (
      <Empty title={t("tickets.noMatch.title")} detail={t("tickets.noMatch.detail")}>
        <Button onClick={onClear}>{t("tickets.noMatch.action")}</Button>
      </Empty>
    ) : (
      <Empty title={t("tickets.none.title")} detail={t("tickets.none.detail")}>
        {onCreate && (
          <Button kind="primary" icon={<PlusIcon />} onClick={onCreate}>
            {t("tickets.none.action")}
          </Button>
        )}
      </Empty>
    );
  }
  return (
    <>
      <ul className="flex flex-col gap-2.5">
        {tickets.map(({ ticket, place }) => (
          <li key={ticket.id}>
            <TicketCard ticket={ticket} place={place} onIntent={() => intend(ticket.ticketId)} />
          </li>
        ))}
      </ul>
      <div ref={end} className="flex justify-center py-2">
        {hasNextPage && (
          <Button kind="quiet" isBusy={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {t("tickets.loadMore")}
          </Button>
        )}
      </div>
    </>
  );
}

function Empty({ title, detail, children }: { title: string; detail: string; children: ReactNode }) {
  return (
    <div className="rounded-2xl border border-dashed border-line-strong px-6 py-14 text-center">
      <p className="text-lg font-semibold">{title}</p>
      <p className="mx-auto mt-1 max-w-sm text-muted">{detail}</p>
      <div className="mt-5 flex justify-center">{children}</div>
    </div>
  );
}

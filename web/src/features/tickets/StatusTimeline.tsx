import { useInfiniteQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import type { TicketStatus, TimelineEntry, TimelineValue } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { getTimelinePage } from "~/services/supportService";
import { StatusBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { RelativeTime } from "~/ui/RelativeTime";
import { Waiting } from "~/ui/Waiting";
import { CATEGORIES, PRIORITIES, STATUSES } from "./ticketSearch";

/** How a ticket came to stand as it stands: each change with who made it and when, the latest first. */
export function StatusTimeline({ ticket }: { ticket: string }) {
  const { t } = useTranslation();
  const timeline = useInfiniteQuery({
    queryKey: ["timeline", ticket],
    queryFn: ({ pageParam, signal }) => getTimelinePage(ticket, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  if (timeline.isPending) return <Waiting />;
  if (timeline.isError) {
    return (
      <p className="flex items-center gap-3 text-sm text-muted">
        {t("student.noTimeline")}
        <Button size="small" onClick={() => timeline.refetch()}>
          {t("app.retry")}
        </Button>
      </p>
    );
  }
  const entries = timeline.data.pages.flatMap((page) => page.items).toReversed();
  return (
    <>
      {timeline.hasNextPage && (
        <Button size="small" isBusy={timeline.isFetchingNextPage} onClick={() => timeline.fetchNextPage()}>
          {t("tickets.loadMore")}
        </Button>
      )}
      <ol className="flex flex-col border-l-2 border-line">
        {entries.map((entry) => (
          <li key={entry.id} className="relative py-1.5 pl-4 text-sm">
            <span
              aria-hidden="true"
              className="absolute top-3 -left-1.25 size-2 rounded-full bg-line-strong"
            />
            <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
              <Words entry={entry} />
              <RelativeTime at={entry.at} className="text-xs text-muted" />
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function nameOf(value: TimelineValue | null): string {
  return typeof value === "string" ? value : (value?.displayName ?? "");
}

function statusOf(value: TimelineValue | null): TicketStatus | undefined {
  return STATUSES.find((status) => status === value);
}

function Words({ entry }: { entry: TimelineEntry }): ReactNode {
  const { t } = useTranslation();
  const status = entry.what === "status-changed" ? statusOf(entry.to) : undefined;
  return (
    <>
      {status && <StatusBadge status={status} forStudent />}
      <span className={status ? "text-xs text-muted" : undefined}>{wordsOf(entry, t)}</span>
    </>
  );
}

function wordsOf({ what, actor, from, to }: TimelineEntry, t: TFunction): string {
  const names = { actor: actor?.displayName ?? t("timeline.desk"), from: nameOf(from), to: nameOf(to) };
  switch (what) {
    case "created":
    case "participant-added":
    case "participant-removed":
    case "title-changed":
    case "resolution-given":
    case "confidentiality-changed":
    case "followed-up":
    case "closing-announced":
      return t(`student.timeline.${what}`, names);
    case "status-changed":
      return t(actor ? "student.timeline.status-changed" : "student.timeline.status-changed-alone", names);
    case "assigned":
      return t(to ? "student.timeline.assigned" : "student.timeline.unassigned", names);
    case "context-changed":
      return t(to ? "student.timeline.context-changed" : "student.timeline.context-removed", names);
    case "category-changed": {
      const category = CATEGORIES.find((known) => known === to);
      return t("student.timeline.category-changed", { to: category ? t(`category.${category}`) : names.to });
    }
    case "priority-changed": {
      const priority = PRIORITIES.find((known) => known === to);
      return t("student.timeline.priority-changed", { to: priority ? t(`priority.${priority}`) : names.to });
    }
    default:
      // What is for staff alone is never told to others.
      return t("timeline.other", { actor: names.actor, what: t(`timeline.what.${what}`) });
  }
}

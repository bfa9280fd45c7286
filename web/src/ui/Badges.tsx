/** Status and priority: a colour, a shape and a word, so that none of them alone carries the meaning. */

import type { Priority, TicketStatus } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "./cx";

const STATUS = {
  open: { colours: "bg-info-soft text-info", mark: "M4 8a4 4 0 1 0 8 0 4 4 0 0 0-8 0Z" },
  pending: { colours: "bg-warn-soft text-warn", mark: "M5 4h2v8H5zM9 4h2v8H9z" },
  "in-progress": { colours: "bg-accent-soft text-accent-text", mark: "M5 4l7 4-7 4z" },
  resolved: {
    colours: "bg-good-soft text-good",
    mark: "M6.7 11.5 3.5 8.3l1.2-1.2 2 2 4.600-4.600 1.200 1.200z",
  },
  closed: { colours: "bg-sunken text-muted", mark: "M4.500 4.500h7v7h-7z" },
} as const;

const PRIORITY = {
  low: { colours: "text-muted", mark: "M8 12 4 7h8z" },
  medium: { colours: "text-muted", mark: "M4 7h8v2H4z" },
  high: { colours: "text-warn", mark: "M8 4l4 5H4z" },
  urgent: { colours: "text-danger", mark: "M7 3h2v6H7zM7 11h2v2H7z" },
} as const;

function Mark({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 16 16" className="size-3.5 shrink-0" fill="currentColor" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export function StatusBadge({ status, forStudent }: { status: TicketStatus; forStudent?: boolean }) {
  const { t } = useTranslation();
  const { colours, mark } = STATUS[status];
  const word = forStudent && status === "pending" ? t("status.pendingForStudent") : t(`status.${status}`);
  return (
    <span
      className={cx("inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium", colours)}
    >
      <Mark path={mark} />
      {word}
    </span>
  );
}

export function PriorityBadge({ priority }: { priority: Priority }) {
  const { t } = useTranslation();
  const { colours, mark } = PRIORITY[priority];
  return (
    <span className={cx("inline-flex items-center gap-0.5 text-xs font-medium", colours)}>
      <Mark path={mark} />
      {t(`priority.${priority}`)}
    </span>
  );
}

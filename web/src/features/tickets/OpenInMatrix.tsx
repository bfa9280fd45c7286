import type { FullTicket } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { ExternalIcon } from "~/ui/icons";

/** The room of a ticket, for whoever reads it in a Matrix client of their own. */
export function OpenInMatrix({ ticket, className }: { ticket: FullTicket; className?: string }) {
  const { t } = useTranslation();
  if (!ticket.room) return null;
  return (
    <a
      href={`https://matrix.to/#/${encodeURIComponent(ticket.room.alias || ticket.room.roomId)}`}
      target="_blank"
      rel="noreferrer noopener"
      className={cx(
        "inline-flex min-h-6 items-center gap-1.5 font-medium text-accent-text underline",
        className,
      )}
    >
      <ExternalIcon />
      {t("ticket.openInMatrix")}
    </a>
  );
}

import type { FullTicket } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Avatar } from "~/ui/Avatar";
import { Spinner } from "~/ui/Spinner";
import { MessageBody } from "./MessageBody";
import { momentOf } from "./time";

interface Props {
  ticket: FullTicket;
  isBeginning: boolean;
}

/** What stands above the first message that is known: the question itself, or that earlier ones are on their way. */
export function Beginning({ ticket, isBeginning }: Props) {
  const { t, i18n } = useTranslation();
  if (!isBeginning) {
    return (
      <p className="flex items-center justify-center gap-2 py-4 text-xs text-muted">
        <Spinner /> {t("app.loading")}
      </p>
    );
  }
  const by = ticket.openedBy ?? ticket.createdBy;
  return (
    <div className="mx-auto max-w-3xl px-4 pt-5">
      <section
        aria-label={t("talk.description")}
        className="rounded-2xl border border-line bg-surface px-4 py-3.5"
      >
        <div className="mb-2 flex items-center gap-2.5 text-xs text-muted">
          <Avatar name={by.displayName} url={by.avatarUrl} size={28} />
          <span className="min-w-0">
            <span className="block truncate font-semibold text-text" title={by.displayName}>
              {by.displayName}
            </span>
            <time dateTime={ticket.createdAt}>{momentOf(ticket.createdAt, i18n.language)}</time>
          </span>
        </div>
        <MessageBody text={ticket.description} html={ticket.descriptionHtml} />
      </section>
    </div>
  );
}

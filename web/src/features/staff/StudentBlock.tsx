import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FullTicket, Linked } from "~/api/schema";
import { STATUSES } from "~/features/tickets/ticketSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { getAllTickets } from "~/services/supportService";
import { Avatar } from "~/ui/Avatar";
import { StatusBadge } from "~/ui/Badges";
import { RelativeTime } from "~/ui/RelativeTime";
import { readStaffSearch } from "./views";

const SHOWN = 5;

/** Whose ticket it is. */
export function StudentBlock({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const { createdBy: student, openedBy } = ticket;
  return (
    <section className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <Avatar name={student.displayName} url={student.avatarUrl} size={40} />
        <div className="min-w-0">
          <p className="truncate font-semibold" title={student.displayName}>
            {student.displayName}
          </p>
          <p className="tabular text-xs text-muted">{ticket.ticketId}</p>
        </div>
      </div>
      {openedBy && openedBy.id !== student.id && (
        <p className="text-xs text-muted">{t("inbox.panel.openedFor", { name: openedBy.displayName })}</p>
      )}
    </section>
  );
}

/** What else the student asked, and what this ticket goes together with. */
export function StudentHistory({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const { createdBy: student, goesOnFrom, followUps } = ticket;
  const { data } = useQuery({
    queryKey: ["tickets", "all", { student: student.id, limit: SHOWN + 1 }],
    queryFn: ({ signal }) => getAllTickets({ student: [student.id], limit: SHOWN + 1 }, signal),
    staleTime: 60_000,
  });
  const others = data?.items.filter((other) => other.id !== ticket.id) ?? [];
  const hasMore = others.length > SHOWN || data?.nextCursor !== null;
  const linked = [...(goesOnFrom ? [goesOnFrom] : []), ...followUps];
  return (
    <>
      {linked.length > 0 && (
        <section>
          <h2 className="mb-1 text-xs font-semibold text-muted">{t("inbox.panel.linked")}</h2>
          <ul>
            {linked.map((other) => (
              <OtherTicket key={other.id} ticket={other} />
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2 className="mb-1 text-xs font-semibold text-muted">{t("inbox.panel.others")}</h2>
        {data && others.length === 0 && <p className="text-xs text-muted">{t("inbox.panel.noOthers")}</p>}
        <ul>
          {others.slice(0, SHOWN).map((other) => (
            <OtherTicket key={other.id} ticket={other} at={other.lastInteractionAt} />
          ))}
        </ul>
        {data && others.length > 0 && hasMore && (
          <Link
            to="/support"
            search={{ view: "all", student: student.id, status: [...STATUSES] }}
            className="inline-flex min-h-6 items-center text-xs font-medium text-accent-text underline underline-offset-2 hover:no-underline"
          >
            {t("inbox.panel.allOfTheirs")}
          </Link>
        )}
      </section>
    </>
  );
}

function OtherTicket({ ticket, at }: { ticket: Linked; at?: string }) {
  return (
    <li>
      <Link
        to="/support/$ticketId"
        params={{ ticketId: ticket.ticketId }}
        search={readStaffSearch}
        className="-mx-2 block rounded-lg px-2 py-1.5 hover:bg-hover"
      >
        <span className="block truncate" title={ticket.title}>
          {ticket.title}
        </span>
        <span className="mt-0.5 flex items-center gap-2 text-xs text-muted">
          <StatusBadge status={ticket.status} />
          {at && <RelativeTime at={at} />}
        </span>
      </Link>
    </li>
  );
}

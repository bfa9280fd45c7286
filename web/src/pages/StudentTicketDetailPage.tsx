import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useDeferredValue } from "react";
import type { FullTicket } from "~/api/schema";
import { ErrorPage } from "~/app/ErrorPages";
import { ChatWindow } from "~/features/chat/ChatWindow";
import { isDone, reopenableUntil } from "~/features/tickets/reopening";
import { TicketHeader } from "~/features/tickets/TicketHeader";
import { deskSettings } from "~/hooks/useSettings";
import { ticketById } from "~/hooks/useSupport";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";
import { getTicketById } from "~/services/supportService";
import { useNow } from "~/ui/RelativeTime";
import { tellDone, tellFailed } from "~/ui/Toast";
import { WaitingPage } from "~/ui/Waiting";

const route = getRouteApi("/inside/tickets/$ticketId");

/** One ticket: how it stands, and its conversation. */
export function StudentTicketDetailPage() {
  const { ticketId } = route.useParams();
  const { data: ticket, error } = useQuery(ticketById(ticketId));
  // What can be done with a ticket that is done depends on them.
  const settings = useQuery(deskSettings());
  const isKnown = ticket !== undefined && !settings.isPending;
  // Drawn bit by bit when it comes, so that the page answers meanwhile.
  const isDrawn = useDeferredValue(isKnown);

  useTitle(ticket?.title ?? ticketId);

  if (!ticket || !isKnown || !isDrawn) {
    return error ? <ErrorPage error={error} /> : <WaitingPage />;
  }
  return <OpenTicket key={ticket.id} ticket={ticket} />;
}

function OpenTicket({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const hint = useHint(ticket);

  /** What was written opened another ticket: that is where it stands. */
  async function moveOn(id: string) {
    const next = await getTicketById(id);
    queries.setQueryData(["ticket", next.ticketId], next);
    void queries.invalidateQueries({ queryKey: ["ticket", ticket.ticketId] });
    void queries.invalidateQueries({ queryKey: ["tickets"] });
    tellDone(t("student.movedOn"));
    await navigate({ to: "/tickets/$ticketId", params: { ticketId: next.ticketId } });
  }

  return (
    <main className="flex h-full min-h-0 flex-col">
      <TicketHeader ticket={ticket} />
      <div className="min-h-0 flex-1">
        <ChatWindow
          ticket={ticket}
          onMovedOn={(id) => void moveOn(id).catch(tellFailed)}
          {...(hint && { hint })}
        />
      </div>
    </main>
  );
}

/** What writing would do, where it does more than usual. */
function useHint(ticket: FullTicket): string | null {
  const { t } = useTranslation();
  const now = useNow();
  const { data: settings } = useQuery(deskSettings());
  if (ticket.closingAnnouncedAt) return t("student.closingSoon");
  if (ticket.status === "pending") return t("student.pendingHint");
  if (!isDone(ticket)) return null;
  const until = settings ? reopenableUntil(ticket, settings.reopenDays) : null;
  if (until !== null && until <= now) return t("chat.followUpHint");
  return t(ticket.status === "resolved" ? "student.resolvedHint" : "chat.closedHint");
}

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorPage } from "~/app/ErrorPages";
import { ChatWindow } from "~/features/chat/ChatWindow";
import { TicketHeader } from "~/features/tickets/TicketHeader";
import { ticketById } from "~/hooks/useSupport";
import { useTitle } from "~/hooks/useTitle";
import { Waiting } from "~/ui/Waiting";

const route = getRouteApi("/inside/tickets/$ticketId");

/** One ticket: how it stands, and its conversation. */
export function StudentTicketDetailPage() {
  const { t } = useTranslation();
  const { ticketId } = route.useParams();
  const { data: ticket, error } = useQuery(ticketById(ticketId));

  useTitle(ticket?.title ?? ticketId);

  if (!ticket) {
    return error ? <ErrorPage error={error} /> : <Waiting />;
  }
  const isDone = ticket.status === "closed" || ticket.status === "resolved";
  return (
    <main className="flex h-full min-h-0 flex-col">
      <TicketHeader ticket={ticket} />
      <div className="min-h-0 flex-1">
        <ChatWindow key={ticket.id} ticket={ticket} {...(isDone && { hint: t("chat.closedHint") })} />
      </div>
    </main>
  );
}

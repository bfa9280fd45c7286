/** What tests of this folder share: a ticket, and a page on which somebody of staff is signed in. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import type { FullTicket, Me } from "~/api/schema";
import { ME, SessionProvider } from "~/session/session";
import { ANN, BEN } from "~/test/fixtures";
import { ToastProvider } from "~/ui/Toast";

export function ticket(what: Partial<FullTicket> = {}): FullTicket {
  return {
    id: "tkt_1",
    ticketId: "TICK-20261102-0001",
    title: "The printer is on fire",
    description: "It burns.",
    descriptionHtml: null,
    category: "technical",
    priority: "high",
    status: "open",
    context: null,
    confidential: false,
    createdBy: ANN,
    openedBy: null,
    assignedTo: null,
    attachments: [],
    attachmentCount: 0,
    closedAt: null,
    closingAnnouncedAt: null,
    createdAt: "2026-11-02T09:00:00Z",
    firstResponseAt: null,
    followUps: [],
    follows: null,
    goesOnFrom: null,
    lastInteractionAt: "2026-11-02T09:00:00Z",
    lastMessageAt: null,
    lastMessageBy: null,
    messageCount: 0,
    messages: { items: [], prevCursor: null, nextCursor: null },
    noteCount: 0,
    participants: [],
    resolution: null,
    resolvedAt: null,
    room: null,
    tags: [],
    team: null,
    unreadCount: 0,
    updatedAt: "2026-11-02T09:00:00Z",
    version: 1,
    waitingSince: null,
    ...what,
  };
}

/** Draws something as it is drawn for {@link BEN}. */
export function renderForBen(page: ReactNode) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } });
  queries.setQueryData<Partial<Me>>(ME, BEN);
  const drawn = render(
    <QueryClientProvider client={queries}>
      <ToastProvider>
        <SessionProvider>{page}</SessionProvider>
      </ToastProvider>
    </QueryClientProvider>,
  );
  return { ...drawn, queries };
}

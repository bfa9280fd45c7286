/** Tickets and messages over REST: the plan's `supportService`. Uploads, which show their progress, are in `uploads.ts`. */
import { api, data } from "~/api/client";
import type {
  AgentStats,
  Category,
  FullTicket,
  Message,
  NewTicket,
  OwnTicket,
  OwnTicketList,
  paths,
  Stats,
  TicketStatus,
} from "~/api/schema";

export type TicketQuery = NonNullable<paths["/api/support/tickets/all"]["get"]["parameters"]["query"]>;
export type MessageQuery = NonNullable<paths["/api/chat/messages/{id}"]["get"]["parameters"]["query"]>;
export type Conversation = Awaited<ReturnType<typeof getMessages>>;
export type { Category, FullTicket, Message, OwnTicket, OwnTicketList, Stats, TicketStatus };

/** Opens a ticket. The same `clientId` again is answered with the ticket that it opened. */
export function createTicket(ticket: NewTicket): Promise<OwnTicket> {
  return data(api.POST("/api/support/tickets", { body: ticket }));
}

/** A page of one's own tickets. */
export function getMyTickets(query: TicketQuery = {}, signal?: AbortSignal): Promise<OwnTicketList> {
  return data(api.GET("/api/support/tickets", { params: { query }, signal: signal ?? null }));
}

/** A page of every ticket; for staff. */
export function getAllTickets(query: TicketQuery = {}, signal?: AbortSignal): Promise<OwnTicketList> {
  return data(api.GET("/api/support/tickets/all", { params: { query }, signal: signal ?? null }));
}

/** A ticket by id or number, with the latest of its conversation. */
export function getTicketById(id: string, signal?: AbortSignal): Promise<FullTicket> {
  return data(api.GET("/api/support/tickets/{id}", { params: { path: { id } }, signal: signal ?? null }));
}

export type SearchQuery = NonNullable<paths["/api/support/search"]["get"]["parameters"]["query"]>;

/** A page of tickets in which words stand, with where. */
export function searchTickets(query: SearchQuery, signal?: AbortSignal) {
  return data(api.GET("/api/support/search", { params: { query }, signal: signal ?? null }));
}

/** How many of one's own tickets each of these filters has. */
export function countMyTickets(q: string[], signal?: AbortSignal) {
  return data(
    api.GET("/api/support/tickets/counts", {
      params: { query: { q, scope: "mine" } },
      signal: signal ?? null,
    }),
  );
}

/** What happened to a ticket, from the beginning. */
export function getTimelinePage(id: string, cursor: string | null, signal?: AbortSignal) {
  return data(
    api.GET("/api/support/tickets/{id}/timeline", {
      params: { path: { id }, query: { limit: 100, ...(cursor && { cursor }) } },
      signal: signal ?? null,
    }),
  );
}

export function updateTicketStatus(id: string, status: TicketStatus, resolution?: string) {
  const body = resolution === undefined ? { status } : { status, resolution };
  return data(api.PATCH("/api/support/tickets/{id}/status", { params: { path: { id } }, body }));
}

/** Gives the ticket to somebody of staff; `null` takes it back. */
export function assignTicket(id: string, userId: string | null) {
  return data(api.PATCH("/api/support/tickets/{id}/assign", { params: { path: { id } }, body: { userId } }));
}

/** Takes the ticket oneself, unless somebody was first (409 says who). */
export function claimTicket(id: string) {
  return data(api.POST("/api/support/tickets/{id}/claim", { params: { path: { id } } }));
}

export function closeTicket(id: string, resolution?: string) {
  const body = resolution === undefined ? {} : { resolution };
  return data(api.POST("/api/support/tickets/{id}/close", { params: { path: { id } }, body }));
}

export function reopenTicket(id: string) {
  return data(api.POST("/api/support/tickets/{id}/reopen", { params: { path: { id } } }));
}

export function getTicketStats(query: { from?: string; to?: string; zone?: string } = {}): Promise<Stats> {
  return data(api.GET("/api/support/stats", { params: { query } }));
}

/** Says something; the `clientId` makes saying it again harmless. */
export function sendMessage(
  ticket: string,
  message: string,
  { clientId, replyTo, mentions }: { clientId: string; replyTo?: string; mentions?: string[] },
): Promise<Message> {
  const body = { ticket, message, clientId, ...(replyTo && { replyTo }), ...(mentions && { mentions }) };
  // Uploads are answered otherwise; here there is none.
  return data(api.POST("/api/chat/messages", { body })) as Promise<Message>;
}

/** A page of a conversation. */
export function getMessages(ticket: string, query: MessageQuery = {}, signal?: AbortSignal) {
  return data(
    api.GET("/api/chat/messages/{id}", { params: { path: { id: ticket }, query }, signal: signal ?? null }),
  );
}

/** Up to and including this message. */
export function markAsRead(message: string) {
  return data(api.PATCH("/api/chat/messages/{id}/read", { params: { path: { id: message } } }));
}

export function deleteMessage(message: string) {
  return data(api.DELETE("/api/chat/messages/{id}", { params: { path: { id: message } } }));
}

export function editMessage(message: string, text: string) {
  return data(
    api.PATCH("/api/chat/messages/{id}", { params: { path: { id: message } }, body: { message: text } }),
  );
}

/** Reacts to a message, or takes that back. */
export function react(message: string, reaction: string, isOn: boolean) {
  const params = { params: { path: { id: message, label: reaction } } };
  return data(
    isOn
      ? api.PUT("/api/chat/messages/{id}/reactions/{label}", params)
      : api.DELETE("/api/chat/messages/{id}/reactions/{label}", params),
  );
}

/** Sends a message again that could not be sent into the room. */
export function retryMessage(message: string) {
  return data(api.POST("/api/chat/messages/{id}/retry", { params: { path: { id: message } } }));
}

/** What each member of staff did and has to do; for admins. */
export function getAgentStats(
  query: { from?: string; to?: string; zone?: string } = {},
): Promise<AgentStats> {
  return data(api.GET("/api/support/stats/agents", { params: { query } }));
}

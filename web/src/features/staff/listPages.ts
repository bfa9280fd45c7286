/** A list as it is kept page by page, and what the desk tells about it. */
import type { InfiniteData } from "@tanstack/react-query";
import type { Found, OwnTicket, Ticket } from "~/api/schema";

/** A ticket of a list; with where its words stand, when words were looked for. */
export interface ListTicket extends OwnTicket {
  matches?: Found["matches"];
}

export interface ListPage {
  items: ListTicket[];
  nextCursor: string | null;
}

export type ListPages = InfiniteData<ListPage, unknown>;

function each(list: ListPages, change: (items: ListTicket[]) => ListTicket[]): ListPages {
  return { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) };
}

export function ticketIn(list: ListPages | undefined, id: string): ListTicket | undefined {
  for (const page of list?.pages ?? []) {
    const found = page.items.find((ticket) => ticket.id === id);
    if (found) return found;
  }
  return undefined;
}

/** Another look of a ticket, where it stands. */
export function changed(list: ListPages, id: string, what: Partial<ListTicket>): ListPages {
  if (!ticketIn(list, id)) return list;
  return each(list, (items) => items.map((ticket) => (ticket.id === id ? { ...ticket, ...what } : ticket)));
}

export function without(list: ListPages, id: string): ListPages {
  return ticketIn(list, id) ? each(list, (items) => items.filter((ticket) => ticket.id !== id)) : list;
}

/** A fresh first page before what was known, each ticket once; the list goes on where it went on. */
export function withHead(list: ListPages, head: ListPage): ListPages {
  const fresh = new Set(head.items.map((ticket) => ticket.id));
  const [first, ...rest] = each(list, (items) => items.filter((ticket) => !fresh.has(ticket.id))).pages;
  // When all there is stands on the fresh page, what it does not have is gone.
  if (!first || head.nextCursor === null) return { pages: [head], pageParams: [null] };
  const items = [...head.items, ...first.items];
  return { ...list, pages: [{ items, nextCursor: first.nextCursor ?? head.nextCursor }, ...rest] };
}

/** The beginning of a list, so many pages of it. */
export function begun({ pages, pageParams }: ListPages, most: number): ListPages {
  return { pages: pages.slice(0, most), pageParams: pageParams.slice(0, most) };
}

/** How many messages of others are unread, as far as can be told from a change that does not say. */
export function unreadAfter(known: ListTicket, now: Ticket, me: string): number {
  if (now.lastMessageBy?.id === me) return 0;
  return known.unreadCount + Math.max(now.messageCount - known.messageCount, 0);
}

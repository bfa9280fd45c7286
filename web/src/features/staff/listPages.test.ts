import { expect, test } from "vitest";
import {
  changed,
  type ListPages,
  type ListTicket,
  ticketIn,
  unreadAfter,
  withHead,
  without,
} from "./listPages";

const ticket = (id: string, rest: Partial<ListTicket> = {}) =>
  ({ id, unreadCount: 0, ...rest }) as ListTicket;
const list = (...pages: string[][]): ListPages => ({
  pages: pages.map((ids, page) => ({
    items: ids.map((id) => ticket(id)),
    nextCursor: page === pages.length - 1 ? null : `after-${page}`,
  })),
  pageParams: pages.map((_, page) => (page === 0 ? null : `after-${page - 1}`)),
});
const ids = ({ pages }: ListPages) => pages.map((page) => page.items.map(({ id }) => id).join(""));

test("a fresh first page goes before what is known, each ticket once, and the list goes on as before", () => {
  const merged = withHead(list(["a", "b", "c"], ["d", "e"]), {
    items: [ticket("n"), ticket("d"), ticket("a")],
    nextCursor: "after-a",
  });
  expect(ids(merged)).toEqual(["ndabc", "e"]);
  expect(merged.pages[0]?.nextCursor).toBe("after-0");
});

test("when everything stands on the fresh page, what it does not have is gone", () => {
  const merged = withHead(list(["a", "b"], ["c"]), { items: [ticket("b")], nextCursor: null });
  expect(ids(merged)).toEqual(["b"]);
  expect(merged.pageParams).toEqual([null]);
});

test("a list that grew beyond its one page goes on behind the fresh one", () => {
  const merged = withHead(list(["a"]), { items: [ticket("n")], nextCursor: "after-n" });
  expect(merged.pages[0]?.nextCursor).toBe("after-n");
});

test("a list without the ticket stays the same object, so that nothing is drawn", () => {
  const known = list(["a"]);
  expect(changed(known, "x", { title: "other" })).toBe(known);
  expect(without(known, "x")).toBe(known);
  expect(ticketIn(without(known, "a"), "a")).toBeUndefined();
});

test("what others wrote counts as unread; whoever wrote last has read everything", () => {
  const known = ticket("a", { unreadCount: 1, messageCount: 4 });
  const now = ticket("a", { messageCount: 6, lastMessageBy: { id: "usr_2" } as ListTicket["lastMessageBy"] });
  expect(unreadAfter(known, now, "usr_1")).toBe(3);
  expect(unreadAfter(known, now, "usr_2")).toBe(0);
});

import { expect, test } from "vitest";
import { filterText } from "~/features/bulk/filterText";
import { adminQuery, cleared, isNarrowed, readAdminSearch, toggledValue } from "./adminSearch";

test("an address is read, and what does not fit is left out", () => {
  expect(
    readAdminSearch({
      status: ["open", "burning"],
      assignee: "none",
      tag: [" exam ", "exam", 7],
      createdFrom: "2026-01-01T12:00:00Z",
      createdTo: "yesterday",
      unread: "perhaps",
      waiting: true,
      sort: "colour",
      extra: 1,
    }),
  ).toEqual({
    status: ["open"],
    assignee: ["none"],
    tag: ["exam"],
    createdFrom: "2026-01-01T12:00:00Z",
    waiting: true,
  });
});

test("what changes many tickets has the same filter as the list", () => {
  const search = readAdminSearch({ status: ["open"], waiting: true, sort: "priority", q: "printer" });
  expect(filterText(adminQuery(search))).toBe("status:open waiting:yes printer");
});

test("an order that leaves tickets out is a filter as well: nothing else is changed with them", () => {
  expect(filterText(adminQuery({ sort: "waiting" }))).toBe("waiting:yes");
});

test("the last value of a field takes the field with it", () => {
  const search = toggledValue({ tag: ["exam"], sort: "priority" }, "tag", "exam");
  expect(search).toEqual({ sort: "priority" });
  expect(isNarrowed(search)).toBe(false);
  expect(cleared({ q: "x", order: "asc" })).toEqual({ order: "asc" });
});

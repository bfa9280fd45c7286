import { expect, it } from "vitest";
import { isFiltered, queryOf, readTicketSearch } from "./ticketSearch";

it("reads of an address what fits, and leaves out the rest", () => {
  const given = {
    q: "  ",
    status: ["closed", "open", "<script>"],
    category: "technical",
    priority: "enormous",
    createdFrom: "2026-11-02",
    createdTo: "yesterday",
    sort: "password",
    other: 1,
  };
  expect(readTicketSearch(given)).toEqual({
    status: ["open", "closed"],
    category: ["technical"],
    createdFrom: "2026-11-02",
  });
});

it("asks for words as words, also where they look like a field", () => {
  expect(queryOf({ q: "exam status:open 10:30" }).q).toBe('exam "status:open" "10:30"');
});

it("does not take a sort for a filter", () => {
  expect(isFiltered({ sort: "priority" })).toBe(false);
  expect(isFiltered({ sort: "priority", q: "x" })).toBe(true);
});

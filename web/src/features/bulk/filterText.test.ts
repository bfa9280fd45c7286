import { expect, test } from "vitest";
import { filterText } from "./filterText";

test("a filter is the same as text, without the order of the list", () => {
  expect(
    filterText({
      status: ["open", "pending"],
      assignee: ["me"],
      context: ["Course 7"],
      createdFrom: "2026-01-01",
      sort: "priority",
      limit: 50,
      q: " printer ",
    }),
  ).toBe('status:open,pending assignee:me context:"Course 7" createdFrom:2026-01-01 printer');
});

test("no filter is no text", () => {
  expect(filterText({ order: "asc" })).toBe("");
});

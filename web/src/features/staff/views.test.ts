import { expect, test } from "vitest";
import { readStaffSearch, showsStat, staffList, textOf, UNDONE } from "./views";

test("a view alone shows what is not done", () => {
  expect(staffList({}).query).toEqual({ status: [...UNDONE], assignee: ["me"] });
  expect(staffList({ team: "tea_1" }).query).toEqual({ status: [...UNDONE], team: ["tea_1"] });
});

test("words find what is done too, and are not sorted", () => {
  expect(staffList({ view: "unassigned", q: "printer", sort: "priority" })).toEqual({
    query: { q: "printer", assignee: ["none"] },
    isFound: true,
  });
});

test("a number is found whatever the view is", () => {
  expect(staffList({ q: "tick-20261123-0003" }).query).toEqual({ q: "tick-20261123-0003" });
});

test("a typed field goes before what the view would say", () => {
  expect(staffList({ q: "status:closed assignee:none" }).query).toEqual({ q: "status:closed assignee:none" });
});

test("in a team's view somebody may be asked for", () => {
  expect(staffList({ team: "tea_1", q: "assignee:me" }).query).toMatchObject({
    q: "assignee:me",
    team: ["tea_1"],
  });
  expect(staffList({ view: "mine", assignee: "none" }).query).toMatchObject({ assignee: ["none"] });
});

test("the text of a list says the same as its query", () => {
  const list = staffList({ view: "mine", tag: ["exam"], sort: "waiting", q: "context:7" });
  expect(textOf(list)).toBe("tag:exam status:open,in-progress,pending assignee:me waiting:yes context:7");
});

test("an address with nonsense is read as far as it is good", () => {
  expect(
    readStaffSearch({ view: "yours", team: "1", tag: "exam", unread: "maybe", sort: "waiting" }),
  ).toEqual({
    tag: ["exam"],
    sort: "waiting",
  });
});

test("a number of the statistics bar is current only where just its tickets are shown", () => {
  expect(showsStat({ view: "mine", status: ["open"] }, "open")).toBe(true);
  expect(showsStat({ view: "mine", status: ["open"], q: "x" }, "open")).toBe(false);
  expect(showsStat({ view: "mine" }, "open")).toBe(false);
});

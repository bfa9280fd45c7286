import { expect, test } from "vitest";
import { daysBefore, readDashboardSearch, spans } from "./period";

const days = (count: number) =>
  Array.from({ length: count }, (_, place) => ({
    day: daysBefore("2026-03-31", count - 1 - place),
    created: 1,
    resolved: 2,
    reopened: 0,
  }));

test("days are counted by the calendar, across months and clocks set forward", () => {
  expect(daysBefore("2026-03-31", 29)).toBe("2026-03-02");
  expect(daysBefore("2026-01-01", 1)).toBe("2025-12-31");
});

test("a year is told by weeks, of which the last ends with it and none is lost", () => {
  const weeks = spans(days(365));
  expect(weeks).toHaveLength(53);
  expect(weeks.at(-1)).toEqual({ from: "2026-03-25", to: "2026-03-31", created: 7, resolved: 14 });
  expect(weeks[0]).toMatchObject({ created: 1 });
  expect(weeks.reduce((sum, week) => sum + week.created, 0)).toBe(365);
  expect(spans(days(30))).toHaveLength(30);
});

test("an address names one of the periods, or the usual one is meant", () => {
  expect(readDashboardSearch({ days: "90" })).toEqual({ days: 90 });
  expect(readDashboardSearch({ days: 12 })).toEqual({});
});

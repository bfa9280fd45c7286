import { expect, it } from "vitest";
import { reopenableUntil } from "./reopening";

const DAY = 24 * 3600_000;
const resolvedAt = "2026-11-01T10:00:00.000Z";
const closedAt = "2026-11-05T10:00:00.000Z";

it("counts from the latest of resolving and closing", () => {
  expect(reopenableUntil({ status: "closed", resolvedAt, closedAt }, 28)).toBe(
    Date.parse(closedAt) + 28 * DAY,
  );
  expect(reopenableUntil({ status: "resolved", resolvedAt, closedAt: null }, 7)).toBe(
    Date.parse(resolvedAt) + 7 * DAY,
  );
});

it("has nothing to say about a ticket that is not done", () => {
  expect(reopenableUntil({ status: "open", resolvedAt, closedAt }, 28)).toBeNull();
});

import { expect, test } from "vitest";
import { movesFrom, wayBetween } from "./moves";

test("every way back is made of legal moves and ends where it should", () => {
  const all = ["open", "pending", "in-progress", "resolved", "closed"] as const;
  for (const from of all) {
    for (const to of all) {
      let at: (typeof all)[number] = from;
      for (const step of wayBetween(from, to)) {
        expect(movesFrom(at)).toContain(step);
        at = step;
      }
      expect(at).toBe(to);
    }
  }
});

test("a resolved ticket becomes pending again by way of open", () => {
  expect(wayBetween("resolved", "pending")).toEqual(["open", "pending"]);
});

import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import "~/i18n/admin";
import type { BridgeHealth } from "~/services/bridgeService";
import { BridgeHealthPanel } from "./BridgeHealthPanel";

const AT = "2026-11-02T09:00:00Z";
const QUEUE = { jobs: 0, lanes: 0, failing: 0, failures: [], oldestAt: null, nextAttemptAt: null };
const WELL: BridgeHealth = {
  well: true,
  checkedAt: AT,
  deadLetters: 0,
  homeserver: { name: "example.org", software: "Synapse/1.163.0", speaks: "v1.15", up: true },
  sync: { well: true, heardAt: AT, roundTripMs: 90 },
  push: { well: true, heardAt: AT, roundTripMs: 110 },
  inbox: { events: 0, oldestAt: null },
  outbox: QUEUE,
  media: QUEUE,
};

test("nothing is called well while something is stuck, and why is told", () => {
  const failure = { kind: "send", error: "M_FORBIDDEN", attempts: 3, since: AT, nextAttemptAt: AT };
  const outbox = { ...QUEUE, jobs: 4, lanes: 2, failing: 1, failures: [failure], oldestAt: AT };
  render(<BridgeHealthPanel health={{ ...WELL, outbox }} />);
  expect(screen.getByRole("status").textContent).toContain("some things do not get through");
  expect(screen.getByText(/M_FORBIDDEN/)).toBeTruthy();
});

test("a heartbeat that is missing is told of, however much else is well", () => {
  const push = { well: false, heardAt: null, roundTripMs: null };
  render(<BridgeHealthPanel health={{ ...WELL, well: false, push }} />);
  expect(screen.getByRole("status").textContent).toContain("The bridge is interrupted");
  expect(screen.getByText("not heard since the desk started")).toBeTruthy();
});

test("all is well", () => {
  render(<BridgeHealthPanel health={WELL} />);
  expect(screen.getByRole("status").textContent).toContain("Everything gets through");
});

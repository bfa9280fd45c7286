import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Connection } from "~/services/socketService";
import { ConnectionBar } from "./ConnectionBar";

const live = vi.hoisted(() => ({
  now: "connected" as string,
  listeners: new Set<() => void>(),
  connectNow: vi.fn(),
}));
vi.mock("~/services/socketService", () => ({
  connectionNow: () => live.now,
  onConnection: (listener: () => void) => {
    live.listeners.add(listener);
    return () => live.listeners.delete(listener);
  },
  connectNow: live.connectNow,
}));

function become(next: Connection) {
  act(() => {
    live.now = next;
    for (const listener of live.listeners) listener();
  });
}
const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms));

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("says nothing of a cut that is over in a moment", () => {
  render(<ConnectionBar />);
  become("reconnecting");
  wait(1_400);
  expect(screen.getByRole("status").textContent).toBe("");
  become("connected");
  wait(5_000);
  expect(screen.getByRole("status").textContent).toBe("");
});

it("says after a while that the connection is gone, lets one try, and says when it is back", () => {
  render(<ConnectionBar />);
  become("offline");
  wait(1_600);
  expect(screen.getByRole("status").textContent).toContain("Offline");
  screen.getByRole("button", { name: "Connect now" }).click();
  expect(live.connectNow).toHaveBeenCalledOnce();
  become("connected");
  expect(screen.getByRole("status").textContent).toBe("Connected again");
  wait(3_100);
  expect(screen.getByRole("status").textContent).toBe("");
});

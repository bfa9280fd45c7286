import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { BulkFailure } from "~/api/schema";
import { BulkBar } from "./BulkBar";
import { useSelection } from "./useSelection";

vi.mock("@tanstack/react-router", () => ({
  Link: ({ children }: { children: string }) => <a href="/ticket">{children}</a>,
}));

const desk = setupServer(
  http.get("*/api/teams", () => HttpResponse.json({ items: [], nextCursor: null })),
  http.get("*/api/support/tickets/counts", () =>
    HttpResponse.json({ items: [{ q: "status:open", count: 240, isMore: false }] }),
  ),
);
beforeAll(() => desk.listen({ onUnhandledRequest: "error" }));
afterEach(() => desk.resetHandlers());
afterAll(() => desk.close());

const JOB = {
  id: "job_1",
  request: { action: "status" },
  state: "running",
  total: 2,
  done: 0,
  failed: 0,
  failures: [] as BulkFailure[],
  createdAt: "2026-11-02T09:00:00Z",
  endedAt: null,
};

function Bar() {
  const selection = useSelection("status:open");
  return (
    <>
      <button type="button" onClick={() => selection.choose(["TICK-1", "TICK-2"])}>
        two
      </button>
      <BulkBar selection={selection} filter="status:open" shown={["TICK-1", "TICK-2", "TICK-3"]} hasMore />
    </>
  );
}

async function open(ask: Record<string, unknown>[]) {
  desk.use(
    http.post("*/api/support/tickets/bulk", async ({ request }) => {
      ask.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json(JOB, { status: 202 });
    }),
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Bar />
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByRole("button", { name: "two" }));
}

async function makePending() {
  await userEvent.click(screen.getByRole("button", { name: /Change status/ }));
  await userEvent.click(await screen.findByRole("menuitem", { name: /Waiting for student/ }));
}

test("everything that matches is changed by the filter, not by what was read so far", async () => {
  const asked: Record<string, unknown>[] = [];
  desk.use(http.get("*/api/jobs/job_1", () => HttpResponse.json({ ...JOB, state: "done", done: 2 })));
  await open(asked);
  await userEvent.click(await screen.findByRole("button", { name: "Choose all 240 that match" }));
  await makePending();
  await waitFor(() =>
    expect(asked).toEqual([{ action: "status", status: "pending", filter: "status:open" }]),
  );
});

test("a ticket that refuses is named with its reason, and what is chosen is let go", async () => {
  const asked: Record<string, unknown>[] = [];
  desk.use(
    http.get("*/api/jobs/job_1", () =>
      HttpResponse.json({
        ...JOB,
        state: "done",
        done: 2,
        failed: 1,
        failures: [{ ticket: "TICK-2", reason: "status", detail: "it is closed" }],
      }),
    ),
  );
  await open(asked);
  await makePending();
  expect(
    await screen.findByText("What its status is by now does not allow it.", undefined, { timeout: 3_000 }),
  ).toBeTruthy();
  expect(screen.getByText("TICK-2")).toBeTruthy();
  expect(screen.getByText("1 changed, 1 refused, 0 left as they were")).toBeTruthy();
  expect(asked).toEqual([{ action: "status", status: "pending", ids: ["TICK-1", "TICK-2"] }]);
  expect(screen.queryByRole("toolbar", { hidden: true })).toBeNull();
});

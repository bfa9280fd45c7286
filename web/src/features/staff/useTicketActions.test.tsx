import { useQuery } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ticketById } from "~/hooks/useSupport";
import { renderForBen, ticket } from "./testing";
import { useTicketActions } from "./useTicketActions";

const HELEN = { id: "usr_helen", displayName: "Helen Brandt", role: "admin", avatarUrl: null } as const;
const OPEN = ticket();
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function Page() {
  const { data = OPEN } = useQuery({ ...ticketById(OPEN.ticketId), initialData: OPEN });
  const { claim, move } = useTicketActions(data);
  return (
    <>
      <p>
        {data.status}, {data.assignedTo?.displayName ?? "nobody"}
      </p>
      <button type="button" onClick={claim}>
        take
      </button>
      <button type="button" onClick={() => move("in-progress")}>
        begin
      </button>
    </>
  );
}

/** An answer that comes when it is let. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test("a ticket is one's own at once, and not when somebody was first, who is named", async () => {
  const { open, opened } = gate();
  server.use(
    http.post("*/api/support/tickets/tkt_1/claim", async () => {
      await opened;
      return HttpResponse.json({ status: 409, title: "Conflict", detail: "taken" }, { status: 409 });
    }),
    http.get("*/api/support/tickets/:id", () => HttpResponse.json(ticket({ assignedTo: HELEN }))),
  );
  renderForBen(<Page />);
  await userEvent.click(screen.getByRole("button", { name: "take" }));
  expect(await screen.findByText("open, Ben Ode")).toBeDefined();
  open();
  expect(await screen.findByText("open, Helen Brandt")).toBeDefined();
  expect(await screen.findAllByText(/Helen Brandt has this ticket/)).not.toEqual([]);
});

test("a refused change is set back and explained, with the request's id", async () => {
  server.use(
    http.patch("*/api/support/tickets/tkt_1/status", () =>
      HttpResponse.json({ title: "Conflict", detail: "it is closed", requestId: "r-7" }, { status: 409 }),
    ),
    http.get("*/api/support/tickets/:id", () => HttpResponse.json(OPEN)),
  );
  renderForBen(<Page />);
  await userEvent.click(screen.getByRole("button", { name: "begin" }));
  expect(await screen.findAllByText(/it is closed\. It was set back.*r-7/)).not.toEqual([]);
  expect(screen.getByText("open, nobody")).toBeDefined();
});

test("a change of status can be undone", async () => {
  const asked: unknown[] = [];
  server.use(
    http.patch("*/api/support/tickets/tkt_1/status", async ({ request }) => {
      const body = (await request.json()) as { status: "open" | "in-progress" };
      asked.push(body.status);
      return HttpResponse.json(ticket({ ...body, version: asked.length + 1 }));
    }),
    http.get("*/api/support/tickets/:id", () => HttpResponse.json(OPEN)),
  );
  renderForBen(<Page />);
  await userEvent.click(screen.getByRole("button", { name: "begin" }));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(asked).toEqual(["in-progress", "open"]));
  expect(await screen.findByText("open, nobody")).toBeDefined();
});

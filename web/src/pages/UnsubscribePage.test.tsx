import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Unsubscribing } from "~/services/mailService";
import { UnsubscribePage } from "./UnsubscribePage";

const desk = setupServer();
beforeAll(() => desk.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  desk.resetHandlers();
  location.hash = "";
});
afterAll(() => desk.close());

/** Opens the link of a mail. */
function opens(token: string) {
  location.hash = token && `#token=${token}`;
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <RouterContextProvider router={router as never}>
        <UnsubscribePage />
      </RouterContextProvider>
    </QueryClientProvider>,
  );
}

it("switches nothing off until it is told to, and brings it back", async () => {
  let now: Unsubscribing = { displayName: "Ann Lee", what: "new-message", isOff: false };
  const tokens: (string | null)[] = [];
  const turns = (isOff: boolean) =>
    function answer({ request }: { request: Request }) {
      tokens.push(new URL(request.url).searchParams.get("token"));
      now = { ...now, isOff };
      return HttpResponse.json(now);
    };
  desk.use(
    http.get("*/api/mail/unsubscribe/about", () => HttpResponse.json(now)),
    http.post("*/api/mail/unsubscribe", turns(true)),
    http.post("*/api/mail/unsubscribe/undo", turns(false)),
  );
  opens("off.usr_ann.new-message.x");
  const off = await screen.findByRole("button", { name: "Switch off" });
  expect(screen.getByText(/Ann Lee/)).toBeTruthy();
  expect(screen.getByText("New messages")).toBeTruthy();
  expect(tokens).toEqual([]);
  await userEvent.click(off);
  const undo = await screen.findByRole("button", { name: "Undo" });
  expect(screen.getByRole("status").textContent).toContain("Switched off");
  await userEvent.click(undo);
  expect(await screen.findByRole("button", { name: "Switch off" })).toBeTruthy();
  expect(screen.getByRole("status").textContent).toContain("Switched on again");
  expect(tokens).toEqual(["off.usr_ann.new-message.x", "off.usr_ann.new-message.x"]);
});

it.each([
  ["with a token that is not the desk's", "off.usr_ann"],
  ["without one", ""],
])("says what to do about a link %s", async (_, token) => {
  desk.use(http.get("*/api/mail/unsubscribe/about", () => HttpResponse.json({}, { status: 422 })));
  opens(token);
  expect((await screen.findByRole("alert")).textContent).toContain("This link is not complete");
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.getByRole("link", { name: "Choose which mails you get" })).toHaveProperty("hash", "#mail");
});

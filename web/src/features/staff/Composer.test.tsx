import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { useState } from "react";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { useUploads } from "~/hooks/useUploads";
import { BEN } from "~/test/fixtures";
import { Composer, type Mode } from "./Composer";
import { renderForBen, ticket } from "./testing";

const STAFF = [BEN, { ...BEN, id: "usr_eva", displayName: "Eva Kay" }];
const server = setupServer(
  http.get("*/api/users/assignable", () => HttpResponse.json({ items: STAFF, nextCursor: null })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("CSS", { supports: () => true });
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function Page() {
  const [mode, setMode] = useState<Mode>("answer");
  return (
    <Composer
      ticket={ticket()}
      answer={<textarea aria-label="answer" />}
      files={useUploads()}
      largest={10}
      mode={mode}
      asked={1}
      onMode={setMode}
    />
  );
}

const note = () => screen.getByRole("textbox", { name: "Only staff will read this…" });

test("answer and note keep what was begun in each while one looks at the other", async () => {
  renderForBen(<Page />);
  await userEvent.type(screen.getByRole("textbox", { name: "answer" }), "Dear Ann");
  await userEvent.click(screen.getByRole("button", { name: "Internal note" }));
  expect(screen.queryByRole("textbox", { name: "answer" })).toBeNull();
  await userEvent.type(note(), "ask facilities");
  await userEvent.click(screen.getByRole("button", { name: "Answer" }));
  expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "answer" }).value).toBe("Dear Ann");
  await userEvent.click(screen.getByRole("button", { name: "Internal note" }));
  expect((note() as HTMLTextAreaElement).value).toBe("ask facilities");
});

test("a note calls upon staff, and Enter sends it", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/support/tickets/tkt_1/notes", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ title: "Broken", detail: "broken" }, { status: 500 });
    }),
  );
  renderForBen(<Page />);
  await userEvent.click(screen.getByRole("button", { name: "Internal note" }));
  await userEvent.type(note(), "ask @ev");
  await screen.findByRole("option", { name: /Eva Kay/ });
  await userEvent.keyboard("{Enter}{Enter}");
  await waitFor(() =>
    expect(sent).toEqual([expect.objectContaining({ note: "ask @Eva Kay", mentions: ["usr_eva"] })]),
  );
});

test("a note that is refused is written there again, and nothing was said to the student", async () => {
  const asked: string[] = [];
  server.use(
    http.post("*", ({ request }) => {
      asked.push(new URL(request.url).pathname);
      return HttpResponse.json({ title: "Broken", detail: "broken" }, { status: 500 });
    }),
  );
  renderForBen(<Page />);
  await userEvent.click(screen.getByRole("button", { name: "Internal note" }));
  await userEvent.type(note(), "ask facilities");
  await userEvent.click(screen.getByRole("button", { name: "Add note" }));
  await waitFor(() => expect(asked).toEqual(["/api/support/tickets/tkt_1/notes"]));
  await waitFor(() => expect((note() as HTMLTextAreaElement).value).toBe("ask facilities"));
});

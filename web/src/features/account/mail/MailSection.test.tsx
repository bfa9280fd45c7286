import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { renderForBen } from "~/features/staff/testing";
import type { MailPreferences } from "~/services/mailService";
import { ME } from "~/session/session";
import { BEN } from "~/test/fixtures";
import "~/ui/NewsList";
import { MailSection } from "./MailSection";
import { changed } from "./useMailPreferences";

const WHERE = "*/api/auth/me/mail-preferences";
const USUAL: MailPreferences = {
  isSending: true,
  occasions: [
    { occasion: "new-message", pace: "now", usualPace: "now" },
    { occasion: "ticket-resolved", pace: "off", usualPace: "off" },
  ],
  timeZone: null,
  deskTimeZone: "+01:00",
  language: null,
  quietHours: null,
  paused: null,
};

const desk = setupServer();
/** What the desk knows, and what it was asked to change. */
let known = USUAL;
let asked: unknown[] = [];

beforeAll(() => desk.listen({ onUnhandledRequest: "error" }));
afterEach(() => desk.resetHandlers());
afterAll(() => desk.close());
beforeEach(() => {
  known = USUAL;
  asked = [];
  // All of them are more than a test has time to look at.
  vi.spyOn(Intl, "supportedValuesOf").mockReturnValue(["Asia/Kathmandu", "Europe/Berlin"]);
  desk.use(
    http.get(WHERE, () => HttpResponse.json(known)),
    http.put(WHERE, async ({ request }) => {
      const changes = (await request.json()) as Parameters<typeof changed>[1];
      asked.push(changes);
      known = changed(known, changes);
      return HttpResponse.json(known);
    }),
  );
});

function draw() {
  const { queries } = renderForBen(<MailSection />);
  act(() => queries.setQueryData(ME, { ...BEN, email: "ben.ode@example.org" }));
}

const choice = (label: string) => screen.findByLabelText<HTMLSelectElement>(label);

it("saves a choice at once, and nothing else with it", async () => {
  draw();
  const messages = await choice("New messages");
  expect(messages.selectedOptions[0]?.textContent).toBe("At once (usual)");
  await userEvent.selectOptions(messages, "daily");
  expect(messages.value).toBe("daily");
  await waitFor(() => expect(asked).toEqual([{ occasions: [{ occasion: "new-message", pace: "daily" }] }]));
  expect((await choice("A ticket is solved")).value).toBe("off");
});

it("takes back what was refused, and says so", async () => {
  desk.use(http.put(WHERE, () => HttpResponse.json({ detail: "it is closed" }, { status: 409 })));
  draw();
  const messages = await choice("New messages");
  await userEvent.selectOptions(messages, "off");
  expect(await screen.findAllByText(/it is closed/, {}, { timeout: 4000 })).not.toEqual([]);
  await waitFor(() => expect(messages.value).toBe("now"));
});

it("saves quiet hours when they are whole, and never such that begin as they end", async () => {
  draw();
  await userEvent.click(await screen.findByRole("switch"));
  await waitFor(() => expect(asked).toEqual([{ quietHours: { from: "22:00", until: "07:00" } }]));
  const until = await screen.findByLabelText<HTMLInputElement>("Until");
  await userEvent.clear(until);
  await userEvent.type(until, "22:00");
  expect(screen.getByText(/another time/)).toBeTruthy();
  await userEvent.tab();
  expect(asked).toHaveLength(1);
  await userEvent.clear(until);
  await userEvent.type(until, "06:30");
  await userEvent.tab();
  await waitFor(() => expect(asked.slice(1)).toEqual([{ quietHours: { from: "22:00", until: "06:30" } }]));
});

it("gives zone and language back to the desk", async () => {
  known = { ...USUAL, timeZone: "Asia/Kathmandu", language: "de" };
  draw();
  const zone = await choice("Time zone");
  expect(zone.value).toBe("Asia/Kathmandu");
  await userEvent.selectOptions(zone, "As the desk (UTC+01:00)");
  await userEvent.selectOptions(await choice("Language of mails"), "As the desk");
  await waitFor(() => expect(asked).toEqual([{ timeZone: null }, { language: null }]));
});

it("tells why an address gets no mail, and sends to it again", async () => {
  known = { ...USUAL, paused: { since: "2026-11-02T09:00:00Z", why: "550 no such mailbox" } };
  desk.use(http.post(`${WHERE}/resume`, () => HttpResponse.json({ ...known, paused: null })));
  draw();
  expect(await screen.findByText("550 no such mailbox")).toBeTruthy();
  known = USUAL;
  await userEvent.click(screen.getByRole("button", { name: "Send to it again" }));
  await waitFor(() => expect(screen.queryByText("550 no such mailbox")).toBeNull());
});

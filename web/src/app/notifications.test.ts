import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Ticket } from "~/api/schema";
import { BEN } from "~/test/fixtures";
import { keepInSight, notify, wish, wishNow } from "./notifications";

const shown: { title: string; body: string; tag: string; close: () => void; onclick?: () => void }[] = [];
const asked = vi.fn(async () => "granted");

class Shown {
  static permission = "granted";
  static requestPermission = asked;
  onclick?: () => void;
  close = vi.fn();
  constructor(title: string, { body, tag }: { body: string; tag: string }) {
    shown.push(Object.assign(this, { title, body, tag }));
  }
}

function ticket(id: string): Ticket {
  return { id, title: `About ${id}`, lastMessageBy: BEN } as Ticket;
}
let visibility = "hidden";
let held: string[] = [];

beforeEach(() => {
  shown.length = 0;
  held = [];
  visibility = "hidden";
  localStorage.clear();
  vi.stubGlobal("Notification", Shown);
  vi.stubGlobal("focus", vi.fn());
  vi.spyOn(document, "visibilityState", "get").mockImplementation(
    () => visibility as DocumentVisibilityState,
  );
  Object.defineProperty(navigator, "locks", {
    configurable: true,
    value: {
      request: (name: string, _: unknown, hold: () => Promise<void>) => {
        held.push(name);
        return hold().then(() => held.splice(held.indexOf(name), 1));
      },
      query: async () => ({ held: held.map((name) => ({ name })) }),
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

it("tells nobody who has not asked for it", async () => {
  await notify(ticket("tkt_1"), vi.fn());
  expect(wishNow()).toBe("off");
  expect(shown).toEqual([]);
});

it("tells of each ticket in one notification, however many messages come, and leads to it", async () => {
  await wish(true);
  const open = vi.fn();
  await notify(ticket("tkt_1"), open);
  await notify(ticket("tkt_1"), open);
  await notify(ticket("tkt_2"), open);
  expect(shown.map(({ tag, body }) => [tag, body])).toEqual([
    ["tkt_1", "Ben Ode wrote to you"],
    ["tkt_1", "2 new messages, the latest from Ben Ode"],
    ["tkt_2", "Ben Ode wrote to you"],
  ]);
  shown[0]?.onclick?.();
  expect(open).toHaveBeenCalledOnce();
});

it("tells nothing while this page, or another one of the desk, is in sight", async () => {
  await wish(true);
  visibility = "visible";
  await notify(ticket("tkt_3"), vi.fn());
  const end = keepInSight();
  visibility = "hidden";
  await notify(ticket("tkt_3"), vi.fn());
  expect(shown).toEqual([]);
  end();
  await Promise.resolve();
  await notify(ticket("tkt_3"), vi.fn());
  expect(shown).toHaveLength(1);
});

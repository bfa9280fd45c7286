import { describe, expect, it } from "vitest";
import { ANN, BEN, message } from "~/test/fixtures";
import { type Action, type Conversation, EMPTY, reduce } from "./conversation";

function given(...actions: Action[]): Conversation {
  return actions.reduce(reduce, EMPTY);
}

const written = (clientId: string): Action => ({
  type: "written",
  outgoing: {
    clientId,
    text: "hello",
    replyTo: null,
    mentions: [],
    writtenAt: "2026-11-02T09:00:00Z",
    state: "sending",
    problem: null,
  },
});
const told = (...places: number[]): Action => ({
  type: "loaded",
  messages: places.map((place) => message(place)),
  earlier: null,
  isAnew: true,
});

describe("a conversation", () => {
  it("stands in the order of the room, each message once, however it was told", () => {
    const now = given(
      told(3, 4),
      { type: "message", message: message(6), change: 9 },
      { type: "message", message: message(5), change: 8 },
      { type: "message", message: message(4, { message: "edited" }), change: 10 },
      { type: "earlier", messages: [message(1), message(2), message(3)], earlier: null },
    );
    expect(now.messages.map(({ place }) => place)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(now.messages[3]?.message).toBe("edited");
    expect(now.change).toBe(10);
  });

  it("moves a message that others overtook on its way", () => {
    const now = given(told(1, 2, 3), { type: "message", message: message(4, { id: "msg_1" }) });
    expect(now.messages.map(({ id }) => id)).toEqual(["msg_2", "msg_3", "msg_1"]);
  });

  it("shows what was written until the desk has it, and never both", () => {
    const sent = given(written("c-1"), written("c-2"));
    expect(sent.outgoing).toHaveLength(2);
    const arrived = reduce(sent, { type: "message", message: message(1, { clientId: "c-1" }) });
    expect(arrived.outgoing.map(({ clientId }) => clientId)).toEqual(["c-2"]);
    const reloaded = reduce(arrived, {
      type: "loaded",
      messages: [message(2, { clientId: "c-2" })],
      earlier: null,
      isAnew: true,
    });
    expect(reloaded.outgoing).toEqual([]);
  });

  it("keeps what could not be sent, with the reason, until it is sent again or dropped", () => {
    const failed = given(written("c-1"), { type: "failed", clientId: "c-1", problem: "offline" });
    expect(failed.outgoing[0]).toMatchObject({ state: "failed", problem: "offline", text: "hello" });
    expect(reduce(failed, { type: "again", clientId: "c-1" }).outgoing[0]).toMatchObject({
      state: "sending",
      problem: null,
    });
    expect(reduce(failed, { type: "dropped", clientId: "c-1" }).outgoing).toEqual([]);
  });

  it("counts a reader once, up to the place that was read, and never for their own words", () => {
    const read: Action = { type: "read", by: BEN, place: 2, at: "2026-11-02T10:00:00Z", change: 3 };
    const now = given(
      {
        type: "loaded",
        messages: [message(1), message(2, { sender: BEN }), message(3)],
        earlier: null,
        isAnew: true,
      },
      read,
      read,
    );
    expect(now.messages.map(({ readBy }) => readBy.length)).toEqual([1, 0, 0]);
    expect(now.messages[0]).toMatchObject({ isRead: true, sender: ANN });
  });

  it("never goes back to an earlier change", () => {
    expect(given({ type: "change", change: 7 }, { type: "change", change: 5 }).change).toBe(7);
  });
});

import { describe, expect, it } from "vitest";
import { ANN, BEN, message } from "~/test/fixtures";
import { newAfter, rowsOf, type SaidRow } from "./rows";

const read = (user: string) => ({ user, readAt: "2026-11-02T10:00:00Z" });

function rows(messages: Parameters<typeof rowsOf>[0]["messages"], firstUnread: string | null = null) {
  return rowsOf({ messages, outgoing: [], extras: [], firstUnread, me: ANN.id }) as SaidRow[];
}

describe("the rows of a conversation", () => {
  it("show each reader's face once, at the last message they have read, and never one's own", () => {
    const said = rows([
      message(1, { sender: ANN, readBy: [read(BEN.id)] }),
      message(2, { sender: ANN, readBy: [read(BEN.id)] }),
      message(3, { sender: ANN, readBy: [] }),
    ]);
    expect(said.map((row) => row.readers)).toEqual([[], [BEN.id], []]);
    const answered = rows([
      message(1, { sender: ANN, readBy: [read(BEN.id)] }),
      message(2, { sender: BEN, readBy: [read(ANN.id)] }),
    ]);
    expect(answered.map((row) => row.readers)).toEqual([[], []]);
  });

  it("keep together what one person says at once, but not across what is unread", () => {
    const said = [message(1, { sender: BEN }), message(2, { sender: BEN }), message(3, { sender: BEN })];
    expect(rows(said).map((row) => row.isContinued)).toEqual([false, true, true]);
    expect(rows(said, "msg_3").map((row) => row.isContinued)).toEqual([false, true, false]);
  });

  it("keep the place of what was on its way when it arrives", () => {
    expect(rows([message(1, { clientId: "c-1" })])[0]?.key).toBe("c-1");
  });

  it("put extras where their time is, and leave out those from before", () => {
    const extra = (key: string, at: string) => ({ key, at, node: null });
    const all = rowsOf({
      messages: [
        message(1, { createdAt: "2026-11-02T09:00:00Z" }),
        message(2, { createdAt: "2026-11-02T11:00:00Z" }),
      ],
      outgoing: [],
      extras: [
        extra("late", "2026-11-02T12:00:00Z"),
        extra("between", "2026-11-02T10:00:00Z"),
        extra("before", "2026-11-01T10:00:00Z"),
      ],
      firstUnread: null,
      me: ANN.id,
    });
    expect(all.map((row) => row.key)).toEqual(["msg_1", "between", "msg_2", "late"]);
  });

  it("count as new what others said after a place", () => {
    const said = [message(1, { sender: BEN }), message(2, { sender: ANN }), message(3, { sender: BEN })];
    expect(newAfter(said, 1, ANN.id)).toBe(1);
  });
});

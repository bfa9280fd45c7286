import { beforeEach, expect, it } from "vitest";
import type { Outgoing } from "./conversation";
import { keepOutgoing, keptOutgoing } from "./outbox";

const written: Outgoing = {
  clientId: "c-1",
  text: "hello",
  replyTo: null,
  mentions: [],
  writtenAt: "2026-11-02T09:00:00Z",
  state: "sending",
  problem: null,
};

beforeEach(() => localStorage.clear());

it("keeps what has not arrived for the next visit, under its own id, waiting for the connection", () => {
  keepOutgoing("usr_ann", "tkt_1", [written]);
  expect(keptOutgoing("usr_ann", "tkt_1")).toEqual([{ ...written, state: "waiting" }]);
  expect(keptOutgoing("usr_ann", "tkt_2")).toEqual([]);
  expect(keptOutgoing("usr_ben", "tkt_1")).toEqual([]);
});

it("forgets what has arrived, and passes over what it cannot read", () => {
  keepOutgoing("usr_ann", "tkt_1", [written]);
  keepOutgoing("usr_ann", "tkt_1", []);
  expect(localStorage).toHaveLength(0);
  localStorage.setItem("roomdesk.outgoing.usr_ann.tkt_1", '[{"clientId": 7}, null]');
  expect(keptOutgoing("usr_ann", "tkt_1")).toEqual([]);
  localStorage.setItem("roomdesk.outgoing.usr_ann.tkt_1", "{not json");
  expect(keptOutgoing("usr_ann", "tkt_1")).toEqual([]);
});

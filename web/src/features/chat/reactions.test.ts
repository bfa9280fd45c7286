import { expect, it } from "vitest";
import { message } from "~/test/fixtures";
import { type Conversation, EMPTY, reduce } from "./conversation";

const start: Conversation = {
  ...EMPTY,
  messages: [message(1, { reactions: [{ reaction: "👍", users: ["usr_ben"] }] })],
};
const react = (now: Conversation, reaction: string, isOn: boolean) =>
  reduce(now, { type: "reacted", id: "msg_1", reaction, by: "usr_ann", isOn });

it("joins a reaction that is there, begins one that is not, and leaves none without anybody", () => {
  const both = react(react(start, "👍", true), "🎉", true);
  expect(both.messages[0]?.reactions).toEqual([
    { reaction: "👍", users: ["usr_ben", "usr_ann"] },
    { reaction: "🎉", users: ["usr_ann"] },
  ]);
  expect(react(react(both, "🎉", false), "👍", false).messages[0]?.reactions).toEqual(
    start.messages[0]?.reactions,
  );
  expect(react(both, "👍", true).messages[0]?.reactions[0]?.users).toEqual(["usr_ben", "usr_ann"]);
});

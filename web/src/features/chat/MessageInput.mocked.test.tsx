import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { ANN, BEN, message } from "~/test/fixtures";
import { MessageInput } from "./MessageInput";

vi.mock("~/services/socketService", () => ({ startTyping: vi.fn(), stopTyping: vi.fn() }));

const given = {
  ticket: "tkt_1",
  draft: "chat.usr_me.tkt_1",
  hint: undefined,
  replyTo: null,
  editing: null,
  people: [ANN, BEN],
  hasFiles: false,
  onCancel: vi.fn(),
  onSend: vi.fn(),
  onFiles: vi.fn(),
  onEditLast: vi.fn(),
};

beforeEach(() => {
  localStorage.clear();
  vi.clearAllMocks();
  vi.stubGlobal("CSS", { supports: () => true });
});

const box = () => screen.getByRole("textbox", { name: "Write a message…" });
const send = () => screen.getByRole("button", { name: "Send" });

it("sends what is not empty with Enter, and begins a line with Shift and Enter", async () => {
  render(<MessageInput {...given} />);
  expect(send()).toHaveProperty("disabled", true);
  await userEvent.type(box(), "  ");
  expect(send()).toHaveProperty("disabled", true);
  await userEvent.type(box(), "one{Shift>}{Enter}{/Shift}two{Enter}");
  expect(given.onSend).toHaveBeenCalledExactlyOnceWith("one\ntwo", [], false);
  expect(box()).toHaveProperty("value", "");
});

it("sends with Ctrl, Shift and Enter what is to be the last word", async () => {
  render(<MessageInput {...given} />);
  await userEvent.type(box(), "done{Control>}{Shift>}{Enter}{/Shift}{/Control}");
  expect(given.onSend).toHaveBeenCalledExactlyOnceWith("done", [], true);
});

it("lets one mention somebody by keys alone, and Enter there does not send", async () => {
  render(<MessageInput {...given} />);
  await userEvent.type(box(), "ask @");
  expect(screen.getAllByRole("option").map((option) => option.textContent)).toHaveLength(2);
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(given.onSend).not.toHaveBeenCalled();
  expect(box()).toHaveProperty("value", `ask @${BEN.displayName} `);
  await userEvent.keyboard("{Enter}");
  expect(given.onSend).toHaveBeenCalledExactlyOnceWith(`ask @${BEN.displayName}`, [BEN.id], false);
});

it("keeps a draft for the next visit, each ticket its own", async () => {
  const { unmount } = render(<MessageInput {...given} />);
  await userEvent.type(box(), "half a thou");
  unmount();
  render(<MessageInput {...given} draft="chat.usr_me.tkt_2" />);
  expect(box()).toHaveProperty("value", "");
});

it("does not touch the draft while another message is edited", async () => {
  const { rerender } = render(<MessageInput {...given} />);
  await userEvent.type(box(), "half a thou");
  rerender(<MessageInput {...given} editing={message(1, { message: "old" })} />);
  expect(box()).toHaveProperty("value", "old");
  await userEvent.type(box(), "er{Enter}");
  expect(given.onSend).toHaveBeenCalledExactlyOnceWith("older", [], false);
  rerender(<MessageInput {...given} />);
  expect(box()).toHaveProperty("value", "half a thou");
});

it("counts characters only near the limit, and does not send beyond it", async () => {
  localStorage.setItem(`roomdesk.draft.${given.draft}`, "x".repeat(9_400));
  render(<MessageInput {...given} />);
  expect(screen.queryByText(/characters left/)).toBeNull();
  box().focus();
  await userEvent.paste("x".repeat(602));
  expect(screen.getByText("-2 characters left")).toBeDefined();
  expect(send()).toHaveProperty("disabled", true);
});

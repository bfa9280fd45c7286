import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ToastProvider, tellFailed } from "~/ui/Toast";
import { chooseKeys, useCommands, useKeys } from "./commands";

const did = { next: vi.fn(), reply: vi.fn(), palette: vi.fn(), open: vi.fn() };

function Page({ withDialog = false }: { withDialog?: boolean }) {
  useKeys();
  useCommands(did);
  return (
    <>
      <textarea aria-label="text" />
      <button type="button">button</button>
      <input type="checkbox" aria-label="box" />
      {withDialog && <div role="dialog" aria-label="dialog" />}
    </>
  );
}

const press = (key: string, on: Element = document.body, more = {}) =>
  fireEvent.keyDown(on, { key, ...more });

beforeEach(() => {
  for (const done of Object.values(did)) done.mockClear();
});
afterEach(() => {
  cleanup();
  chooseKeys(true);
});

test("a letter acts where nobody types, also on a box or a button", () => {
  render(<Page />);
  press("j");
  press("j", screen.getByRole("button"));
  press("j", screen.getByRole("checkbox"));
  expect(did.next).toHaveBeenCalledTimes(3);
});

test("no letter acts while somebody types, or before a dialog", () => {
  const { rerender } = render(<Page />);
  press("r", screen.getByRole("textbox"));
  rerender(<Page withDialog />);
  press("r");
  expect(did.reply).not.toHaveBeenCalled();
});

test("what is told in a corner does not keep letters from acting", async () => {
  render(
    <ToastProvider>
      <Page />
    </ToastProvider>,
  );
  act(() => tellFailed(new Error("broken")));
  await screen.findAllByText("broken");
  press("j");
  expect(did.next).toHaveBeenCalledTimes(1);
});

test("Enter stays with the button that has the focus", () => {
  render(<Page />);
  press("Enter", screen.getByRole("button"));
  expect(did.open).not.toHaveBeenCalled();
  press("Enter");
  expect(did.open).toHaveBeenCalledTimes(1);
});

test("letters with Ctrl are the browser's, but for the palette, which opens while typing too", () => {
  render(<Page />);
  press("r", document.body, { ctrlKey: true });
  expect(did.reply).not.toHaveBeenCalled();
  press("k", screen.getByRole("textbox"), { ctrlKey: true });
  press("k", document.body, { metaKey: true });
  expect(did.palette).toHaveBeenCalledTimes(2);
});

test("switched off, letters do nothing and chords still do", () => {
  chooseKeys(false);
  render(<Page />);
  press("j");
  press("k", document.body, { ctrlKey: true });
  expect(did.next).not.toHaveBeenCalled();
  expect(did.palette).toHaveBeenCalledTimes(1);
});

test("a held key repeats only the walk", () => {
  render(<Page />);
  press("j", document.body, { repeat: true });
  press("r", document.body, { repeat: true });
  expect(did.next).toHaveBeenCalledTimes(1);
  expect(did.reply).not.toHaveBeenCalled();
});

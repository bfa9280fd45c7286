import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { useSelection } from "./useSelection";

const LIST = ["a", "b", "c", "d", "e"];

test("a range goes from the one before to this one, in either direction", () => {
  const { result } = renderHook(() => useSelection("status:open"));
  act(() => result.current.toggle("d"));
  act(() => result.current.toggle("b", LIST));
  expect([...result.current.ids].sort()).toEqual(["b", "c", "d"]);
});

test("what was chosen under one filter is not chosen under another", () => {
  const { result, rerender } = renderHook(({ filter }) => useSelection(filter), {
    initialProps: { filter: "status:open" },
  });
  act(() => result.current.chooseAll());
  expect(result.current.has("z")).toBe(true);
  rerender({ filter: "status:closed" });
  expect(result.current.isEmpty).toBe(true);
  act(() => result.current.toggle("a"));
  expect(result.current.isAll).toBe(false);
  expect([...result.current.ids]).toEqual(["a"]);
});

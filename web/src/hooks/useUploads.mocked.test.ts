import { act, renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { uploadAttachment } from "~/services/uploads";
import { useUploads } from "./useUploads";

vi.mock("~/services/uploads", () => ({ uploadAttachment: vi.fn() }));
const upload = vi.mocked(uploadAttachment);
const file = (name: string, size = 3) => new File([new Uint8Array(size)], name);
const done = { isThere: true, detail: null };

it("sends in order what was picked, keeps what was refused, and sends that again under its own id", async () => {
  upload.mockImplementation(async ({ file }) =>
    file.name === "b" ? { isThere: false, detail: "infected" } : done,
  );
  const { result } = renderHook(() => useUploads(10));
  act(() => result.current.add([file("a"), file("b"), file("large", 11)]));
  expect(result.current.list.map(({ state }) => state)).toEqual(["picked", "picked", "tooLarge"]);
  let failed = 0;
  await act(async () => {
    failed = await result.current.send("tkt_1");
  });
  expect(failed).toBe(1);
  expect(upload.mock.calls.map(([sent]) => sent.file.name)).toEqual(["a", "b"]);
  expect(result.current.list.map(({ state }) => state)).toEqual(["done", "failed", "tooLarge"]);
  upload.mockResolvedValue(done);
  await act(() => result.current.send("tkt_1").then(() => undefined));
  const [first, second] = upload.mock.calls.filter(([sent]) => sent.file.name === "b");
  expect(second?.[0].clientId).toBe(first?.[0].clientId);
  expect(result.current.list.filter(({ state }) => state === "failed")).toEqual([]);
});

it("stops sending what was taken back", async () => {
  upload.mockImplementation(
    ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
  );
  const { result } = renderHook(() => useUploads());
  act(() => result.current.add([file("a")]));
  let sending: Promise<number> | undefined;
  act(() => {
    sending = result.current.send("tkt_1");
  });
  const [sent] = result.current.list;
  if (sent) act(() => result.current.remove(sent));
  await expect(sending).resolves.toBe(0);
  expect(result.current.list).toEqual([]);
});

import { describe, expect, it, vi } from "vitest";
import { claimsOf, type FrameWindow, listen } from "./host";

const LMS = "https://lms.example.org";

function frame(around: string[] = []) {
  const heard: ((event: MessageEvent) => void)[] = [];
  const parent = { postMessage: vi.fn() };
  const window = {
    parent,
    location: { ancestorOrigins: around.length > 0 ? around : undefined },
    document: { referrer: "" },
    addEventListener: (_: string, listener: (event: MessageEvent) => void) => heard.push(listener),
    removeEventListener: vi.fn(),
  } as unknown as FrameWindow;
  const say = (origin: string, data: unknown, source: unknown = parent) => {
    for (const listener of heard) listener({ origin, data, source } as MessageEvent);
  };
  return { window, parent, say };
}

describe("the application around the page", () => {
  it("hands over a token, only from an origin that is allowed, and only as the page around this one", () => {
    const { window, say } = frame();
    const onToken = vi.fn();
    listen([LMS], onToken, window);
    const said = { type: "roomdesk:token", token: "a.b.c" };
    say("https://evil.example", said);
    say(`${LMS}.evil.example`, said);
    say(LMS, said, {});
    say(LMS, { ...said, token: 7 });
    say(LMS, { ...said, type: "other" });
    say(LMS, null);
    expect(onToken).not.toHaveBeenCalled();
    say(LMS, said);
    expect(onToken).toHaveBeenCalledExactlyOnceWith("a.b.c");
  });

  it("is told things by its origin, never by any", () => {
    const { window, parent, say } = frame();
    const host = listen([LMS, "https://other.example"], vi.fn(), window);
    host.tell({ type: "roomdesk:ready" });
    expect(parent.postMessage.mock.calls.map(([, origin]) => origin)).toEqual([LMS, "https://other.example"]);
    say(LMS, { type: "roomdesk:token", token: "a.b.c" });
    parent.postMessage.mockClear();
    host.tell({ type: "roomdesk:token-needed" });
    expect(parent.postMessage.mock.calls).toEqual([[{ type: "roomdesk:token-needed" }, LMS]]);
  });

  it("is not told anything when it is another one", () => {
    const { window, parent } = frame(["https://evil.example"]);
    listen([LMS], vi.fn(), window).tell({ type: "roomdesk:ready" });
    expect(parent.postMessage).not.toHaveBeenCalled();
  });
});

describe("a token", () => {
  it("says whom it is about and when it is over", () => {
    const body = btoa(JSON.stringify({ sub: "u-7", exp: 1_800_000_000 })).replaceAll("=", "");
    expect(claimsOf(`x.${body}.y`)).toEqual({ sub: "u-7", until: 1_800_000_000_000 });
    expect(claimsOf("no token at all")).toEqual({ sub: null, until: null });
  });
});

import { afterEach, expect, it, vi } from "vitest";
import { accessToken, forget, refreshToken, takeFresh } from "~/session/tokens";
import { ANN } from "~/test/fixtures";

afterEach(forget);

it("takes what was asked for before the page, and leaves a token that another tab has kept since", async () => {
  localStorage.setItem("roomdesk.refresh", "of another tab");
  const answer = { accessToken: "early", refreshToken: "older", expiresIn: 900, user: ANN };
  globalThis.roomdeskRenewal = Promise.resolve(Response.json(answer));
  const asked = vi.spyOn(globalThis, "fetch");

  expect(await accessToken()).toBe("early");

  expect(asked).not.toHaveBeenCalled();
  expect(refreshToken()).toBe("of another tab");
  expect(takeFresh()).toEqual(ANN);
});

it("asks anew when that one is used up", async () => {
  localStorage.setItem("roomdesk.refresh", "kept");
  const answer = { accessToken: "later", refreshToken: "next", expiresIn: 900, user: ANN };
  vi.spyOn(globalThis, "fetch").mockResolvedValue(Response.json(answer));

  expect(await accessToken()).toBe("later");

  expect(refreshToken()).toBe("next");
});

import { expect, test } from "vitest";
import { detailsOf } from "./details";

test("details are told by name, without what was not given, and parts are joined", () => {
  expect(
    detailsOf({
      name: "Technik",
      role: null,
      disabled: false,
      scopes: ["read", "write"],
      routes: [{ category: "technical", context: null }],
      members: [],
    }),
  ).toEqual([
    { name: "name", values: ["Technik"] },
    { name: "disabled", values: ["false"] },
    { name: "scopes", values: ["read", "write"] },
    { name: "routes", values: ["technical"] },
    { name: "members", values: [] },
  ]);
  expect(detailsOf("nothing")).toEqual([]);
});

import { describe, expect, it } from "vitest";
import { ANN, BEN } from "~/test/fixtures";
import { matching, mentioned, mentioningAt, mentionsIn } from "./mentions";

describe("a mention", () => {
  it("begins with an @ of its own, not one within an address", () => {
    expect(mentioningAt("ask @an", 7)).toEqual({ start: 4, search: "an" });
    expect(mentioningAt("@", 1)).toEqual({ start: 0, search: "" });
    expect(mentioningAt("ann@example", 11)).toBeNull();
    expect(mentioningAt("@ann, and", 9)).toBeNull();
  });

  it("is found by any part of a name, accents aside", () => {
    const zoe = { ...ANN, id: "usr_zoe", displayName: "Zoë Ängström" };
    expect(matching([zoe, BEN], "ang")).toEqual([zoe]);
    expect(matching([zoe, BEN], "gst")).toEqual([]);
  });

  it("puts the name where the @ stood and leaves the rest", () => {
    expect(mentioned("hello @be how", { start: 6, search: "be" }, "Ben Ode")).toEqual([
      "hello @Ben Ode how",
      14,
    ]);
  });

  it("counts only for those whose name is still in the text", () => {
    expect(mentionsIn(`@${ANN.displayName} knows`, [ANN, BEN])).toEqual([ANN.id]);
  });
});

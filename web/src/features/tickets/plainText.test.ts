import { expect, it } from "vitest";
import { plainText } from "./plainText";

it("takes the marks off, and nothing else", () => {
  expect(plainText("It stops at **80 %**.\n\n- tried *twice*\n1. see [this](https://example.org)")).toBe(
    "It stops at 80 %.\n\ntried twice\nsee this",
  );
  expect(plainText("2 * 3 * 4 is snake_case_here")).toBe("2 * 3 * 4 is snake_case_here");
});

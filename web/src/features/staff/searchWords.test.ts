import { expect, test } from "vitest";
import { fieldOf, hasField, partsOf } from "./searchWords";

test("fields and words are told apart", () => {
  expect(partsOf('status:open assignee:me printer "on fire"')).toEqual({
    fields: ["status:open", "assignee:me"],
    words: ["printer", '"on fire"'],
    hint: null,
  });
});

test("what only looks like a field is a word in quotes", () => {
  expect(partsOf("error:404").words).toEqual(['"error:404"']);
});

test("a value that is being typed asks nothing of the desk, and says what there is", () => {
  expect(partsOf("status: printer")).toMatchObject({ fields: [], words: ["printer"] });
  expect(partsOf("unread:y")).toMatchObject({ fields: [], hint: "unread: yes, no" });
});

test("a quote that is not closed yet is closed", () => {
  expect(partsOf('context:"Course 7').fields).toEqual(['context:"Course 7"']);
  expect(partsOf('"on fi').words).toEqual(['"on fi"']);
});

test("the names of fields are in any case", () => {
  expect(hasField(partsOf("Status:open"), "status")).toBe(true);
});

test("a value with blanks stands in quotes", () => {
  expect(fieldOf("team", ["First floor", "tea_1"])).toBe('team:"First floor",tea_1');
});

/** The text of the search box, told apart: fields such as `status:open`, and words to look for (docs/finding.md). */

import { CATEGORIES, PRIORITIES, STATUSES } from "~/features/tickets/ticketSearch";

const FIELDS = new Set([
  "status",
  "priority",
  "category",
  "assignee",
  "student",
  "context",
  "created",
  "updated",
  "createdfrom",
  "createdto",
  "updatedfrom",
  "updatedto",
  "unread",
  "waiting",
  "team",
  "tag",
  "confidential",
]);

const YES_OR_NO = ["yes", "no"];
/** Fields of which every value is known. */
const CHOICES: Record<string, readonly string[]> = {
  status: STATUSES,
  priority: PRIORITIES,
  category: CATEGORIES,
  unread: YES_OR_NO,
  waiting: YES_OR_NO,
  confidential: YES_OR_NO,
};

export interface SearchParts {
  /** Each as it was typed: `status:open`. */
  fields: string[];
  /** Each good as a word of `q`: what only looks like a field is in quotes. */
  words: string[];
  /** The values that a field may have whose value is none of them, or not typed yet. */
  hint: string | null;
}

/** A field whose value is not good, or not typed yet, is left out, so that the list does not flicker meanwhile. */
export function partsOf(text: string): SearchParts {
  const parts: SearchParts = { fields: [], words: [], hint: null };
  for (const found of text.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? []) {
    const token = found.split('"').length % 2 === 0 ? `${found}"` : found;
    const name = /^([a-z]+):/i.exec(token)?.[1];
    if (!name) {
      if (token.replaceAll('"', "").trim() !== "") parts.words.push(token);
    } else if (!FIELDS.has(name.toLowerCase())) {
      parts.words.push(`"${token.replaceAll('"', "")}"`);
    } else {
      const choices = CHOICES[name.toLowerCase()];
      const values = token.slice(name.length + 1);
      const isKnown = !choices || values.split(",").every((value) => choices.includes(value.toLowerCase()));
      if (values !== "" && isKnown) parts.fields.push(token);
      else if (choices) parts.hint = `${name.toLowerCase()}: ${choices.join(", ")}`;
    }
  }
  return parts;
}

/** Whether the typed fields say something about one of these. */
export function hasField({ fields }: SearchParts, ...names: string[]): boolean {
  return fields.some((field) => names.some((name) => field.toLowerCase().startsWith(`${name}:`)));
}

/** A field for the text of a search box, in quotes where it has blanks. */
export function fieldOf(name: string, values: readonly string[]): string {
  const quoted = values.map((value) => (/[\s,"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value));
  return `${name}:${quoted.join(",")}`;
}

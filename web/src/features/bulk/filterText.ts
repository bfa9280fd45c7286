import type { TicketQuery } from "~/services/supportService";

/** Fields of a list's query that say in which order and how far, not which tickets. */
const NO_FILTER: ReadonlySet<string> = new Set(["sort", "order", "cursor", "limit"]);

/** The filter of a list as the text of a search box (docs/finding.md), as jobs, counts and watches take it. */
export function filterText({ q, ...fields }: TicketQuery): string {
  const parts = Object.entries(fields)
    .filter(([name, value]) => !NO_FILTER.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => [name, [value].flat().map(String).join(",")] as const)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}:${quoted(value)}`);
  return [...parts, q?.trim()].filter(Boolean).join(" ");
}

/** Quotes keep blanks together; there is no way to have a quote between quotes. */
function quoted(value: string): string {
  const bare = value.replaceAll('"', "");
  return /\s/.test(bare) ? `"${bare}"` : bare;
}

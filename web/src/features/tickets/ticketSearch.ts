/** What a list shows, as it stands in the address: the fields of docs/finding.md. */
import type { Category, Priority, TicketStatus } from "~/api/schema";
import type { SearchQuery, TicketQuery } from "~/services/supportService";

export const STATUSES = [
  "open",
  "in-progress",
  "pending",
  "resolved",
  "closed",
] as const satisfies TicketStatus[];
export const PRIORITIES = ["low", "medium", "high", "urgent"] as const satisfies Priority[];
export const CATEGORIES = [
  "technical",
  "assessment",
  "account",
  "general",
  "other",
] as const satisfies Category[];
export const SORTS = ["lastInteractionAt", "createdAt", "priority", "lastMessageAt"] as const;
export type Sort = (typeof SORTS)[number];

export interface TicketSearch {
  q?: string;
  status?: TicketStatus[];
  category?: Category[];
  priority?: Priority[];
  createdFrom?: string;
  createdTo?: string;
  sort?: Sort;
}

function some<T extends string>(given: unknown, known: readonly T[]): T[] | undefined {
  const list = Array.isArray(given) ? given : [given];
  const fit = known.filter((name) => list.includes(name));
  return fit.length > 0 ? fit : undefined;
}

/** A text, also one that an address takes for a number. */
function textOf(given: unknown): string | undefined {
  const text = typeof given === "number" ? String(given) : given;
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads an address; what does not fit is left out. */
export function readTicketSearch(given: Record<string, unknown>): TicketSearch {
  const day = (name: string) =>
    typeof given[name] === "string" && DAY.test(given[name]) ? given[name] : undefined;
  const read = {
    q: textOf(given.q),
    status: some(given.status, STATUSES),
    category: some(given.category, CATEGORIES),
    priority: some(given.priority, PRIORITIES),
    createdFrom: day("createdFrom"),
    createdTo: day("createdTo"),
    sort: SORTS.find((sort) => sort === given.sort),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as TicketSearch;
}

/** The same as the query of a list. */
export function queryOf(search: TicketSearch): TicketQuery {
  const { q, sort, ...fields } = search;
  return { ...fields, ...(q && { q: words(q) }), ...(sort && { sort }) };
}

/** The same as the query of a search; only when there are words. */
export function searchOf({ sort: _, ...search }: TicketSearch): SearchQuery | null {
  return search.q ? { ...search, q: words(search.q) } : null;
}

/** Words as they were typed, none of them a field: quotes keep a colon from meaning one. */
export function words(text: string): string {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => (word.includes(":") ? `"${word.replaceAll('"', "")}"` : word))
    .join(" ");
}

export function isFiltered({ sort: _, ...filters }: TicketSearch): boolean {
  return Object.keys(filters).length > 0;
}

const DAY_MS = 24 * 3600_000;

/** The day so many days ago, as it stands in an address. */
export function dayBefore(days: number, now = Date.now()): string {
  const day = new Date(now - days * DAY_MS);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The views of staff: what is mine, what is nobody's, everything, and each team's; as they stand in the address. */
import { queryOf, readTicketSearch, STATUSES, type TicketSearch } from "~/features/tickets/ticketSearch";
import type { TicketQuery } from "~/services/supportService";
import { fieldOf, hasField, partsOf } from "./searchWords";

export const VIEWS = ["mine", "unassigned", "all"] as const;
export type View = (typeof VIEWS)[number];

export const STAFF_SORTS = [
  "lastInteractionAt",
  "waiting",
  "priority",
  "createdAt",
  "lastMessageAt",
] as const satisfies NonNullable<TicketQuery["sort"]>[];
export type StaffSort = (typeof STAFF_SORTS)[number];

export interface StaffSearch extends Omit<TicketSearch, "sort"> {
  view?: View;
  /** The id of a team, instead of a view. */
  team?: string;
  tag?: string[];
  /** The id of a student. */
  student?: string;
  /** `me`, `none` or the id of somebody of staff; goes before what the view says. */
  assignee?: string;
  unread?: "yes";
  waiting?: "yes";
  sort?: StaffSort;
}

const ASSIGNEE = ["me", "none"];

/** Those that still want something done. */
export const UNDONE = ["open", "in-progress", "pending"] as const;

/** Reads an address; what does not fit is left out. */
export function readStaffSearch(given: Record<string, unknown>): StaffSearch {
  const { sort: _, ...fields } = readTicketSearch(given);
  const id = (name: string, prefix: string) => {
    const value = given[name];
    return typeof value === "string" && value.startsWith(prefix) ? value : undefined;
  };
  const tags = (Array.isArray(given.tag) ? given.tag : [given.tag]).filter(
    (tag): tag is string => typeof tag === "string" && tag !== "",
  );
  const read = {
    view: VIEWS.find((name) => name === given.view),
    team: id("team", "tea_"),
    student: id("student", "usr_"),
    assignee: ASSIGNEE.find((name) => name === given.assignee) ?? id("assignee", "usr_"),
    tag: tags.length > 0 ? tags : undefined,
    unread: given.unread === "yes" ? "yes" : undefined,
    waiting: given.waiting === "yes" ? "yes" : undefined,
    sort: STAFF_SORTS.find((sort) => sort === given.sort),
  };
  const known = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
  return { ...fields, ...known };
}

/** The view that an address shows. */
export function viewOf(search: StaffSearch): View | null {
  return search.team ? null : (search.view ?? "mine");
}

/** A view alone, as the text of a search box: for its count. */
export function wordsOf(view: View | { team: string }): string {
  const undone = fieldOf("status", UNDONE);
  if (typeof view === "object") return `${undone} team:${view.team}`;
  return { mine: `${undone} assignee:me`, unassigned: `${undone} assignee:none`, all: undone }[view];
}

/** What narrows a view further, without its order. */
export function filtersOf({ view: _, team: __, sort: ___, q: ____, ...filters }: StaffSearch) {
  return filters;
}

export function isNarrowed(search: StaffSearch): boolean {
  return Boolean(search.q?.trim()) || Object.keys(filtersOf(search)).length > 0;
}

/** An address with one field as it is to be; `undefined` takes it away. */
export function withField<Field extends keyof StaffSearch>(
  search: StaffSearch,
  field: Field,
  value: StaffSearch[Field] | undefined,
): StaffSearch {
  const fields = Object.entries({ ...search, [field]: value });
  return Object.fromEntries(fields.filter(([, held]) => held !== undefined));
}

/** A view without what narrows it; its order stays. */
export function cleared({ view, team, sort }: StaffSearch): StaffSearch {
  return { ...(view && { view }), ...(team && { team }), ...(sort && { sort }) };
}

/** The list that an address shows. */
export interface StaffList {
  query: TicketQuery;
  /** Whether it is the answer to words: found, not sorted. */
  isFound: boolean;
}

/** Words find what is done as well, and a number what is in no view; a typed field goes before the view's own. */
export function staffList(search: StaffSearch): StaffList {
  const { view: _, team, sort, q = "", student, assignee, ...fields } = search;
  const parts = partsOf(q);
  const isFound = parts.words.length > 0;
  const isNumber = parts.words.some((word) => /^(TICK-|tkt_)/i.test(word));
  const isFree = isNumber || assignee !== undefined || hasField(parts, "assignee");
  const narrowed = isFree ? null : viewOf(search);
  const needsStatus = !fields.status && !isFound && !hasField(parts, "status");
  const text = [...parts.fields, ...parts.words].join(" ");
  const query: TicketQuery = {
    ...queryOf({ ...fields }),
    ...(text && { q: text }),
    ...(needsStatus && { status: [...UNDONE] }),
    ...(student && { student: [student] }),
    ...(narrowed === "mine" && { assignee: ["me"] }),
    ...(narrowed === "unassigned" && { assignee: ["none"] }),
    ...(assignee && !isNumber && { assignee: [assignee] }),
    ...(team && !isNumber && !hasField(parts, "team") && { team: [team] }),
    ...(sort && !isFound && { sort }),
  };
  return { query, isFound };
}

/** The same list as the text of a search box, to be watched or changed as a whole. */
export function textOf({ query }: StaffList): string {
  const { q, sort, order: _, cursor: __, limit: ___, ...fields } = query;
  const named = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [fieldOf(name, Array.isArray(value) ? value : [value])],
  );
  const waits = sort === "waiting" && !query.waiting ? ["waiting:yes"] : [];
  return [...named, ...waits, ...(q ? [q] : [])].join(" ");
}

/** The statistics bar: each number is a list. */
export const STATS = {
  open: { search: { view: "mine", status: ["open"] }, words: "status:open assignee:me" },
  inProgress: { search: { view: "mine", status: ["in-progress"] }, words: "status:in-progress assignee:me" },
  total: { search: { view: "all", status: [...STATUSES] }, words: "" },
} as const satisfies Record<string, { search: StaffSearch; words: string }>;
export type Stat = keyof typeof STATS;

/** Whether the address shows just what a number of the statistics bar counts. */
export function showsStat(search: StaffSearch, stat: Stat): boolean {
  const { sort: _, ...rest } = search;
  const wanted: StaffSearch = STATS[stat].search;
  return (
    viewOf(search) === wanted.view &&
    Object.keys(rest).every((name) => name in wanted) &&
    [...(rest.status ?? [])].sort().join() === [...(wanted.status ?? [])].sort().join()
  );
}

/** What the table of all tickets shows, as it stands in the address: the fields of docs/finding.md. */
import type { TicketStatus } from "~/api/schema";
import { CATEGORIES, PRIORITIES, STATUSES, type TicketSearch } from "~/features/tickets/ticketSearch";
import type { TicketQuery } from "~/services/supportService";

export const ADMIN_SORTS = [
  "lastInteractionAt",
  "createdAt",
  "priority",
  "lastMessageAt",
  "waiting",
] as const;
export type AdminSort = (typeof ADMIN_SORTS)[number];

/** Fields of which several values mean any of them. */
export const LISTS = ["status", "category", "priority", "assignee", "team", "tag", "student"] as const;
export type ListField = (typeof LISTS)[number];
/** Days or times; the ends of when a ticket was opened, or changed last. */
export const ENDS = ["createdFrom", "createdTo", "updatedFrom", "updatedTo"] as const;
export type EndField = (typeof ENDS)[number];
/** Questions that a ticket answers with yes. */
export const FLAGS = ["unread", "waiting", "confidential"] as const;
export type FlagField = (typeof FLAGS)[number];

export interface AdminSearch extends Omit<TicketSearch, "sort"> {
  assignee?: string[];
  team?: string[];
  tag?: string[];
  student?: string[];
  updatedFrom?: string;
  updatedTo?: string;
  unread?: true;
  waiting?: true;
  confidential?: true;
  sort?: AdminSort;
  order?: "asc" | "desc";
}

/** Tickets that still want something done. */
export const UNDONE: TicketStatus[] = ["open", "in-progress", "pending"];
/** Those that do not. */
export const DONE: TicketStatus[] = ["resolved", "closed"];

const KNOWN = { status: STATUSES, category: CATEGORIES, priority: PRIORITIES } as const;
const END = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z)?$/;
/** As many as the desk takes of one field. */
const MOST = 50;

/** Reads an address; what does not fit is left out. */
export function readAdminSearch(given: Record<string, unknown>): AdminSearch {
  const list = (field: ListField) => {
    const known: readonly string[] | undefined =
      field in KNOWN ? KNOWN[field as keyof typeof KNOWN] : undefined;
    const texts = [given[field]].flat().filter((value): value is string => typeof value === "string");
    const fit = known
      ? known.filter((name) => texts.includes(name))
      : [...new Set(texts.map((text) => text.trim()))].filter(Boolean);
    return fit.length > 0 ? fit.slice(0, MOST) : undefined;
  };
  const q = typeof given.q === "string" && given.q.trim() !== "" ? given.q : undefined;
  const read = {
    q,
    ...Object.fromEntries(LISTS.map((field) => [field, list(field)])),
    ...Object.fromEntries(
      ENDS.map((field) => {
        const end = given[field];
        return [field, typeof end === "string" && END.test(end) ? end : undefined];
      }),
    ),
    ...Object.fromEntries(FLAGS.map((field) => [field, given[field] === true ? true : undefined])),
    sort: ADMIN_SORTS.find((sort) => sort === given.sort),
    order: (["asc", "desc"] as const).find((order) => order === given.order),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as AdminSearch;
}

/** The list that an address shows. */
export function adminQuery({ unread, waiting, confidential, ...fields }: AdminSearch): TicketQuery {
  return {
    ...fields,
    ...(unread && { unread: "yes" as const }),
    // That order has only those who wait; a change or a table of all that match knows no order.
    ...((waiting || fields.sort === "waiting") && { waiting: "yes" as const }),
    ...(confidential && { confidential: "yes" as const }),
  };
}

/** Whether it shows anything less than everything. */
export function isNarrowed({ sort: _, order: __, ...filters }: AdminSearch): boolean {
  return Object.keys(filters).length > 0;
}

/** The same list without one field. */
export function withoutField(search: AdminSearch, field: keyof AdminSearch): AdminSearch {
  const { [field]: _, ...rest } = search;
  return rest;
}

/** The same list with a value of a field taken in, or out if it is there. */
export function toggledValue(search: AdminSearch, field: ListField, value: string): AdminSearch {
  const values: readonly string[] = search[field] ?? [];
  const next = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  return next.length > 0 ? ({ ...search, [field]: next } as AdminSearch) : withoutField(search, field);
}

/** The same list without filters. */
export function cleared({ sort, order }: AdminSearch): AdminSearch {
  return { ...(sort && { sort }), ...(order && { order }) };
}

/** The views of staff: what is mine, what is nobody's, everything, and each team's; as they stand in the address. */
import { queryOf, readTicketSearch, type TicketSearch } from "~/features/tickets/ticketSearch";
import type { TicketQuery } from "~/services/supportService";

export const VIEWS = ["mine", "unassigned", "all"] as const;
export type View = (typeof VIEWS)[number];

export interface StaffSearch extends Omit<TicketSearch, "sort"> {
  view?: View;
  /** The id of a team, instead of a view. */
  team?: string;
  sort?: TicketSearch["sort"] | "waiting";
}

/** Those that still want something done. */
export const UNDONE = ["open", "in-progress", "pending"] as const;

export function readStaffSearch(given: Record<string, unknown>): StaffSearch {
  const { sort: usual, ...fields } = readTicketSearch(given);
  const view = VIEWS.find((name) => name === given.view);
  const team = typeof given.team === "string" && given.team.startsWith("tea_") ? given.team : undefined;
  const sort = given.sort === "waiting" ? ("waiting" as const) : usual;
  return { ...fields, ...(view && { view }), ...(team && { team }), ...(sort && { sort }) };
}

/** The view that an address shows. */
export function viewOf(search: StaffSearch): View | null {
  return search.team ? null : (search.view ?? "mine");
}

/** A view alone, as the text of a search box: for its count. */
export function wordsOf(view: View | { team: string }): string {
  const undone = `status:${UNDONE.join(",")}`;
  if (typeof view === "object") return `${undone} team:${view.team}`;
  return { mine: `${undone} assignee:me`, unassigned: `${undone} assignee:none`, all: undone }[view];
}

/** The list that an address shows. */
export function staffQuery(search: StaffSearch): TicketQuery {
  const { view: _, team, sort, ...fields } = search;
  const narrowed = viewOf(search);
  return {
    ...queryOf({ ...fields, ...(sort && sort !== "waiting" && { sort }) }),
    ...(sort === "waiting" && { sort }),
    ...(!fields.status && { status: [...UNDONE] }),
    ...(narrowed === "mine" && { assignee: ["me"] }),
    ...(narrowed === "unassigned" && { assignee: ["none"] }),
    ...(team && { team: [team] }),
  };
}

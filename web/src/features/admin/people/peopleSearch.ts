import type { Role } from "~/services/peopleService";

const ROLES = ["student", "instructor", "admin"] as const satisfies Role[];

/** Which people are listed, as it stands in the address. */
export interface PeopleSearch {
  q?: string;
  role?: Role;
}

/** Reads an address; what does not fit is left out. */
export function readPeopleSearch(given: Record<string, unknown>): PeopleSearch {
  const q = typeof given.q === "string" && given.q.trim() !== "" ? given.q : undefined;
  const role = ROLES.find((role) => role === given.role);
  return { ...(q && { q }), ...(role && { role }) };
}

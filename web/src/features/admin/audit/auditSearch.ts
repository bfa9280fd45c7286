import type { AuditAction } from "~/api/schema";

export const ACTIONS = [
  "user-created",
  "user-changed",
  "password-reset-given",
  "team-created",
  "team-changed",
  "team-retired",
  "staff-named",
  "staff-unnamed",
  "confidentiality-changed",
  "key-created",
  "key-revoked",
  "bulk-begun",
  "tickets-exported",
  "dead-letters-replayed",
] as const satisfies AuditAction[];

/** Which lines of the log are shown, as it stands in the address. */
export interface AuditSearch {
  action?: AuditAction;
  /** Who did it. */
  actor?: string;
  /** To whom or what it was done. */
  subject?: string;
}

/** Reads an address; what does not fit is left out. */
export function readAuditSearch(given: Record<string, unknown>): AuditSearch {
  const action = ACTIONS.find((known) => known === given.action);
  const id = (name: "actor" | "subject") =>
    typeof given[name] === "string" && /^[a-z]{3}_[0-9a-z]+$/.test(given[name]) ? given[name] : undefined;
  const [actor, subject] = [id("actor"), id("subject")];
  return { ...(action && { action }), ...(actor && { actor }), ...(subject && { subject }) };
}

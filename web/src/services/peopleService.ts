/** People, teams, keys of programs and what was done to them: for admins. */
import { api, ask, data } from "~/api/client";
import type {
  ApiKey,
  AuditLine,
  Import,
  NewKey,
  NewUser,
  paths,
  Role,
  Team,
  TeamFields,
  User,
  UserChanges,
} from "~/api/schema";

export type { ApiKey, AuditLine, Import, Role, Team, TeamFields, User, UserChanges };
export type AuditQuery = NonNullable<paths["/api/audit"]["get"]["parameters"]["query"]>;
export type PeopleQuery = NonNullable<paths["/api/users"]["get"]["parameters"]["query"]>;

export function getPeople(query: PeopleQuery, signal?: AbortSignal) {
  return data(api.GET("/api/users", { params: { query }, signal: signal ?? null }));
}

export function getPerson(id: string, signal?: AbortSignal) {
  return data(api.GET("/api/users/{id}", { params: { path: { id } }, signal: signal ?? null }));
}

/** Adds somebody; without a password the answer has an invitation to hand on. */
export function addPerson(person: NewUser) {
  return data(api.POST("/api/users", { body: person }));
}

export function changePerson(id: string, changes: UserChanges) {
  return data(api.PATCH("/api/users/{id}", { params: { path: { id } }, body: changes }));
}

/** A link with which somebody chooses another password, to hand on. */
export function resetPassword(id: string) {
  return data(api.POST("/api/users/{id}/password-reset", { params: { path: { id } } }));
}

/** Takes over a roster, or says what would come of it. */
export async function importPeople(roster: string, isDryRun: boolean): Promise<Import> {
  const url = new URL("/api/users/import", location.origin);
  if (isDryRun) url.searchParams.set("dryRun", "yes");
  const answer = await ask(
    new Request(url, { method: "POST", headers: { "content-type": "text/csv" }, body: roster }),
  );
  return (await answer.json()) as Import;
}

export function addTeam(team: TeamFields) {
  return data(api.POST("/api/teams", { body: team }));
}

export function changeTeam(id: string, changes: TeamFields) {
  return data(api.PATCH("/api/teams/{id}", { params: { path: { id } }, body: changes }));
}

/** The team keeps its name on tickets it had, and gets no others. */
export function retireTeam(id: string) {
  return data(api.DELETE("/api/teams/{id}", { params: { path: { id } } }));
}

export function getKeys(signal?: AbortSignal) {
  return data(api.GET("/api/keys", { signal: signal ?? null }));
}

/** Makes a key; its secret is in this answer alone. */
export function addKey(key: NewKey) {
  return data(api.POST("/api/keys", { body: key }));
}

export function revokeKey(id: string) {
  return data(api.DELETE("/api/keys/{id}", { params: { path: { id } } }));
}

/** What was done, the latest first. */
export function getAudit(query: AuditQuery, signal?: AbortSignal) {
  return data(api.GET("/api/audit", { params: { query }, signal: signal ?? null }));
}

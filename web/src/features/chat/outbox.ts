/** What was written and has not arrived, kept for the next visit: it goes out again under its own id. */
import type { Outgoing } from "./conversation";

const PREFIX = "roomdesk.outgoing.";

export function keptOutgoing(person: string, ticket: string): Outgoing[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`${PREFIX}${person}.${ticket}`) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isOutgoing).map((one) => ({ ...one, state: "waiting" })) : [];
  } catch {
    return [];
  }
}

export function keepOutgoing(person: string, ticket: string, outgoing: Outgoing[]): void {
  const name = `${PREFIX}${person}.${ticket}`;
  try {
    if (outgoing.length === 0) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(outgoing));
  } catch {
    // It lasts as long as the page.
  }
}

function isOutgoing(given: unknown): given is Outgoing {
  const one = given as Partial<Outgoing> | null;
  return typeof one?.clientId === "string" && typeof one.text === "string" && Array.isArray(one.mentions);
}

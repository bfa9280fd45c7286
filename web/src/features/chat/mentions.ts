/** Calling upon somebody with `@` while one writes. */
import type { PersonRef } from "~/api/schema";

/** The `@` that is being typed: where it stands, and what follows it. */
export interface Mentioning {
  start: number;
  search: string;
}

const MOST = 6;
/** So much is looked at before the caret: no name is longer. */
const BACK = 60;

/** What is being looked for at the caret; null when it is no mention. */
export function mentioningAt(text: string, caret: number): Mentioning | null {
  const before = text.slice(Math.max(0, caret - BACK), caret);
  const found = /(?:^|[\s(])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]+)?)$/u.exec(before);
  const search = found?.[1];
  return search === undefined ? null : { start: caret - search.length - 1, search };
}

/** Those whose name, or a part of it, begins so. */
export function matching(people: PersonRef[], search: string): PersonRef[] {
  const wanted = plain(search);
  return people
    .filter(({ displayName }) => {
      const name = plain(displayName);
      return name.startsWith(wanted) || name.split(/\s+/).some((part) => part.startsWith(wanted));
    })
    .slice(0, MOST);
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The text with the name in it, and where the caret goes. */
export function mentioned(text: string, { start, search }: Mentioning, name: string): [string, number] {
  const after = text.slice(start + 1 + search.length);
  const inserted = `@${name}${after.startsWith(" ") ? "" : " "}`;
  return [text.slice(0, start) + inserted + after, start + inserted.length];
}

/** Whose names are still in the text, of all who may be called upon. */
export function mentionsIn(text: string, people: PersonRef[]): string[] {
  return people.filter(({ displayName }) => text.includes(`@${displayName}`)).map(({ id }) => id);
}

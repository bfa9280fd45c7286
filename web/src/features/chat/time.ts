import { dateFormat } from "~/ui/formats";

/** The time of day. */
export function timeOf(at: string, language: string): string {
  return dateFormat(language, { timeStyle: "short" }).format(Date.parse(at));
}

/** Day and time. */
export function momentOf(at: string, language: string): string {
  return dateFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(Date.parse(at));
}

/** For so long a message can be changed. */
export const EDITABLE_MS = 5 * 60_000;

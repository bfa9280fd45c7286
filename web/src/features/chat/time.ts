import { dateFormat } from "~/ui/formats";

/** The browser's own way of writing times, where it is one of the page's language. */
function locale(language: string): string {
  return navigator.languages.find((name) => name.split("-")[0] === language) ?? language;
}

/** The time of day. */
export function timeOf(at: string, language: string): string {
  return dateFormat(locale(language), { timeStyle: "short" }).format(Date.parse(at));
}

/** Day and time. */
export function momentOf(at: string, language: string): string {
  return dateFormat(locale(language), { dateStyle: "medium", timeStyle: "short" }).format(Date.parse(at));
}

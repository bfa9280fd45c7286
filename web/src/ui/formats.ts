/**
 * Formats of times, each made once: making one takes longer than using it a hundred times. Times are written as the
 * browser's own region does, where that is one of the page's language.
 */

const made = new Map<string, Intl.DateTimeFormat>();
const relativeMade = new Map<string, Intl.RelativeTimeFormat>();

export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = language + JSON.stringify(options);
  const known = made.get(name) ?? new Intl.DateTimeFormat(regional(language), options);
  made.set(name, known);
  return known;
}

function regional(language: string): string {
  return navigator.languages.find((name) => name.split("-")[0] === language) ?? language;
}

export function relativeFormat(language: string): Intl.RelativeTimeFormat {
  const known =
    relativeMade.get(language) ?? new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  relativeMade.set(language, known);
  return known;
}

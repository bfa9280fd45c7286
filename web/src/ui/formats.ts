/** Formats of times, each made once: making one takes longer than using it a hundred times. */

const made = new Map<string, Intl.DateTimeFormat>();
const relativeMade = new Map<string, Intl.RelativeTimeFormat>();

export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = language + JSON.stringify(options);
  const known = made.get(name) ?? new Intl.DateTimeFormat(language, options);
  made.set(name, known);
  return known;
}

export function relativeFormat(language: string): Intl.RelativeTimeFormat {
  const known =
    relativeMade.get(language) ?? new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  relativeMade.set(language, known);
  return known;
}

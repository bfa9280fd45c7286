/** The time of day. */
export function timeOf(at: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(Date.parse(at));
}

/** Day and time. */
export function momentOf(at: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
    Date.parse(at),
  );
}

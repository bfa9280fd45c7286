/** Numbers as people read them. */

const UNITS = [
  ["day", 36 * 3600, 24 * 3600],
  ["hour", 90 * 60, 3600],
  ["minute", 90, 60],
] as const;

/** A duration in the unit that fits it: 45 sec, 12 min, 3.5 hr, 2.1 days. */
export function duration(seconds: number, language: string): string {
  const [unit, , length] = UNITS.find(([, from]) => seconds >= from) ?? (["second", 0, 1] as const);
  const value = seconds / length;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: value < 10 && unit !== "second" ? 1 : 0,
  }).format(value);
}

export function whole(count: number, language: string): string {
  return new Intl.NumberFormat(language).format(count);
}

export function percent(share: number, language: string): string {
  return new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: share < 0.1 ? 1 : 0,
  }).format(share);
}

/** By which part of itself something grew or shrank; null when there was nothing to compare with. */
export function growth(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return (now - before) / before;
}

/** Shorter words stand everywhere. */
const SHORTEST = 4;
const MOST = 3;

/** The words of a title that say the most about it: the longest. */
export function telling(title: string): string[] {
  const words = title.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= SHORTEST);
  const once = [...new Map(words.map((word) => [word.toLowerCase(), word])).values()];
  return once.toSorted((one, other) => other.length - one.length).slice(0, MOST);
}

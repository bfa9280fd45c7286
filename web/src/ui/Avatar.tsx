import { cx } from "./cx";

const HUES = [18, 48, 92, 140, 172, 205, 248, 290, 330];

function hue(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return HUES[sum % HUES.length] ?? 0;
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** A picture of somebody, or their initials; their name stands beside it, so it says nothing itself. */
export function Avatar({ name, url, size = 32 }: { name: string; url?: string | null; size?: number }) {
  const box = { width: size, height: size, fontSize: Math.round(size * 0.4) };
  if (url) {
    return <img src={url} alt="" loading="lazy" className="shrink-0 rounded-full object-cover" style={box} />;
  }
  return (
    <span
      aria-hidden="true"
      // Drawn, not written: the letters are no part of the name of what they stand in.
      data-initials={initials(name)}
      className={cx(
        "before:content-[attr(data-initials)]",
        "inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none",
      )}
      style={{ ...box, background: `oklch(0.85 0.07 ${hue(name)})`, color: `oklch(0.3 0.06 ${hue(name)})` }}
    />
  );
}

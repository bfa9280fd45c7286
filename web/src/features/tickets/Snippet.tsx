import type { SnippetFragment } from "~/api/schema";

/** A piece of a text in which what was looked for stands out. */
export function Snippet({ pieces }: { pieces: SnippetFragment[] }) {
  return pieces.map(({ text, match }, place) => {
    // Pieces of one text: their place is all that tells them apart.
    const key = `${place}`;
    return match ? (
      <mark key={key} className="rounded-sm bg-accent-soft font-medium text-accent-text">
        {text}
      </mark>
    ) : (
      <span key={key}>{text}</span>
    );
  });
}

/** What was begun and not sent, kept for the next visit. */
import { useCallback, useEffect, useState } from "react";

const PREFIX = "roomdesk.draft.";

function kept(name: string): string {
  try {
    return localStorage.getItem(PREFIX + name) ?? "";
  } catch {
    return "";
  }
}

function keep(name: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
  } catch {
    // It lasts as long as the page.
  }
}

export function useDraft(name: string): [string, (text: string) => void, () => void] {
  const [text, setText] = useState(() => kept(name));
  useEffect(() => setText(kept(name)), [name]);
  const change = useCallback(
    (next: string) => {
      setText(next);
      keep(name, next);
    },
    [name],
  );
  const drop = useCallback(() => change(""), [change]);
  return [text, change, drop];
}

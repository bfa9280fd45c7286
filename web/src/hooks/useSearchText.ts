import { useEffect, useRef, useState } from "react";

/** Whoever types is let finish the word. */
const REST_MS = 200;

/** What stands in a search box: what is typed is told after a pause, what changes elsewhere ("Clear all") is shown. */
export function useSearchText(value: string, onChange: (text: string) => void) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useRef(onChange);
  tell.current = onChange;

  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);

  useEffect(() => {
    if (text.trim() === told.current.trim()) return;
    const timer = setTimeout(() => {
      told.current = text.trim();
      tell.current(text.trim());
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text]);

  return [text, setText] as const;
}

import { useEffect, useRef, useState } from "react";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import { SearchIcon } from "~/ui/icons";

const PAUSE_MS = 250;

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

/** A box to search with, which asks after a pause in typing. */
export function SearchBox({ label, value, onChange, className }: Props) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useRef(onChange);
  tell.current = onChange;

  // What changes outside, such as by "Clear all", is shown; what was typed here comes back as it is.
  useEffect(() => {
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);

  useEffect(() => {
    if (text.trim() === told.current) return;
    const timer = setTimeout(() => {
      told.current = text.trim();
      tell.current(text.trim());
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <label className={cx("relative block", className)}>
      <span className="sr-only">{label}</span>
      <SearchIcon className="pointer-events-none absolute top-2 left-2.5 text-muted" />
      <input
        type="search"
        value={text}
        placeholder={label}
        onChange={(event) => setText(event.target.value)}
        className={cx(INPUT, "h-9 pl-9 text-sm")}
      />
    </label>
  );
}

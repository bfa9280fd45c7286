import { useSearchText } from "~/hooks/useSearchText";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import { SearchIcon } from "~/ui/icons";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

/** A box to search with, which asks after a pause in typing. */
export function SearchBox({ label, value, onChange, className }: Props) {
  const [text, setText] = useSearchText(value, onChange);
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

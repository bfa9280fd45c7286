import { useState } from "react";
import { INPUT } from "~/ui/Field";

interface Props {
  label: string;
  placeholder?: string;
  onAdd: (tag: string) => void;
  autoFocus?: boolean;
  /** When one goes on with something else. */
  onEnd?: () => void;
}

/** As the desk keeps tags: lower case, no blanks. */
export function tagOf(text: string): string {
  return text.trim().toLowerCase().replaceAll(/\s+/g, "-").slice(0, 40);
}

/** Where a tag is typed; Enter or a comma takes it. */
export function TagInput({ label, placeholder = label, onAdd, autoFocus = false, onEnd }: Props) {
  const [text, setText] = useState("");
  const add = () => {
    const tag = tagOf(text);
    if (tag !== "") onAdd(tag);
    setText("");
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: whoever opened it wants to type
      autoFocus={autoFocus}
      value={text}
      aria-label={label}
      placeholder={placeholder}
      autoComplete="off"
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") onEnd?.();
        if (event.key !== "Enter" && event.key !== ",") return;
        event.preventDefault();
        add();
      }}
      onBlur={() => {
        add();
        onEnd?.();
      }}
      className={`${INPUT} h-8 text-sm`}
    />
  );
}

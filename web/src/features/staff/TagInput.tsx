import { useState } from "react";
import { INPUT } from "~/ui/Field";

interface Props {
  label: string;
  placeholder?: string;
  onAdd: (tag: string) => void;
  id?: string;
  autoFocus?: boolean;
}

/** As the desk keeps tags: lower case, no blanks. */
export function tagOf(text: string): string {
  return text.trim().toLowerCase().replaceAll(/\s+/g, "-").slice(0, 40);
}

/** Where a tag is typed; Enter or a comma takes it. */
export function TagInput({ label, placeholder = label, onAdd, id, autoFocus }: Props) {
  const [text, setText] = useState("");
  const add = () => {
    const tag = tagOf(text);
    if (tag !== "") onAdd(tag);
    setText("");
  };
  return (
    <input
      id={id}
      // biome-ignore lint/a11y/noAutofocus: whoever opened it wants to type
      autoFocus={autoFocus}
      value={text}
      aria-label={label}
      placeholder={placeholder}
      autoComplete="off"
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== ",") return;
        event.preventDefault();
        add();
      }}
      onBlur={add}
      className={`${INPUT} h-8 text-sm`}
    />
  );
}

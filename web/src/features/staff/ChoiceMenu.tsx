import { Menu } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { MenuChoice, MenuPopup } from "~/ui/MenuPopup";

interface Props<Value extends string> {
  label: string;
  /** What is opened by pressing it. */
  trigger: ReactElement;
  value: Value | null;
  choices: readonly { value: Value; label: ReactNode; isDisabled?: boolean }[];
  onChange: (value: Value) => void;
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
}

/** A list of values of which one holds, opened by a button or by a key. */
export function ChoiceMenu<Value extends string>({
  label,
  trigger,
  value,
  choices,
  onChange,
  isOpen,
  onOpenChange,
}: Props<Value>) {
  const opened =
    isOpen === undefined ? {} : { open: isOpen, onOpenChange: (open: boolean) => onOpenChange?.(open) };
  return (
    <Menu.Root {...opened}>
      <Menu.Trigger render={trigger} />
      <MenuPopup>
        <Menu.RadioGroup
          aria-label={label}
          value={value}
          onValueChange={(next: Value) => {
            if (next !== value) onChange(next);
          }}
        >
          {choices.map(({ value, label, isDisabled = false }) => (
            <MenuChoice key={value} value={value} isDisabled={isDisabled}>
              {label}
            </MenuChoice>
          ))}
        </Menu.RadioGroup>
      </MenuPopup>
    </Menu.Root>
  );
}

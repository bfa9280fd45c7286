import { Menu } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { CheckIcon } from "~/ui/icons";

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
      <Menu.Portal role="region" aria-label={label}>
        <Menu.Positioner align="start" sideOffset={4} className="z-50">
          <Menu.Popup className="max-h-80 min-w-44 overflow-y-auto rounded-xl border border-line bg-raised p-1.5 shadow-pop outline-none">
            <Menu.RadioGroup
              value={value}
              onValueChange={(next: Value) => {
                if (next !== value) onChange(next);
              }}
            >
              {choices.map((choice) => (
                <Menu.RadioItem
                  key={choice.value}
                  value={choice.value}
                  disabled={choice.isDisabled ?? false}
                  closeOnClick
                  className="flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 text-sm outline-none select-none data-disabled:opacity-45 data-highlighted:bg-hover"
                >
                  <span className="min-w-0 flex-1">{choice.label}</span>
                  <Menu.RadioItemIndicator>
                    <CheckIcon className="size-4 text-muted" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

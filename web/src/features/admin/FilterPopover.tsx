import { Popover } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { cx } from "~/ui/cx";
import { ChevronIcon } from "~/ui/icons";

interface Props {
  label: string;
  /** How many of its values are chosen. */
  count: number;
  children: ReactNode;
}

/** One thing by which a list may be narrowed, behind a button. */
export function FilterPopover({ label, count, children }: Props) {
  return (
    <Popover.Root>
      <Popover.Trigger
        className={cx(
          "inline-flex h-8 items-center gap-1 rounded-lg border bg-surface px-2.5 text-sm hover:bg-hover",
          count > 0 ? "border-accent" : "border-line",
        )}
      >
        {label}
        {count > 0 && <span className="tabular text-accent-text">({count})</span>}
        <ChevronIcon className="size-4 text-muted" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner align="start" sideOffset={6} className="z-40">
          <Popover.Popup
            aria-label={label}
            className="flex max-h-96 w-64 max-w-[calc(100vw-2rem)] flex-col gap-2 overflow-y-auto rounded-xl border border-line bg-raised p-2 shadow-pop outline-none"
          >
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** One value of a filter that has several. */
export function CheckLine({
  isChecked,
  onToggle,
  children,
}: {
  isChecked: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <label className="flex min-h-8 items-center gap-2.5 rounded-md px-2 py-1 text-sm hover:bg-hover">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent max-sm:size-6"
        checked={isChecked}
        onChange={onToggle}
      />
      {children}
    </label>
  );
}

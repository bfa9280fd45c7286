import { Menu } from "@base-ui/react/menu";
import { type ReactNode, type RefObject, useRef } from "react";
import { cx } from "./cx";
import { CheckIcon } from "./icons";

/** A line of a menu. */
export const MENU_ITEM = cx(
  "flex min-h-8 cursor-default items-center gap-2 rounded-md px-2.5 py-1.5 text-sm outline-none select-none",
  "data-disabled:opacity-45 data-highlighted:bg-hover",
);

interface Props {
  align?: "start" | "end";
  /** Beside what, and to what the focus returns, when that is not the menu's own button. */
  anchor?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** What a menu offers. It stays within the landmark of its button, where those who walk by landmarks find it. */
export function MenuPopup({ align = "start", anchor, children }: Props) {
  const frame = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={frame} className="absolute" />
      <Menu.Portal container={frame}>
        <Menu.Positioner
          align={align}
          sideOffset={6}
          collisionPadding={8}
          positionMethod="fixed"
          className="z-40"
          {...(anchor && { anchor })}
        >
          <Menu.Popup
            {...(anchor && { finalFocus: anchor })}
            className="max-h-[min(24rem,var(--available-height))] min-w-44 overflow-y-auto rounded-xl border border-line bg-raised p-1.5 text-text shadow-pop outline-none"
          >
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </>
  );
}

interface OpenProps extends Props {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
}

/** A menu that is there only while it is open, beside a button that is there before. */
export function OpenMenu({ anchor, onClose, ...props }: OpenProps) {
  return (
    <Menu.Root
      open
      onOpenChange={(isOpen, { event }) => {
        // The anchor's own click closes it.
        const isAtAnchor = event.target instanceof Node && anchor.current?.contains(event.target);
        if (!isOpen && !isAtAnchor) onClose();
      }}
    >
      <MenuPopup anchor={anchor} {...props} />
    </Menu.Root>
  );
}

interface ChoiceProps<Value> {
  value: Value;
  children: ReactNode;
  isDisabled?: boolean;
  /** The menu stays, so that one sees what it does. */
  isStaying?: boolean;
  /** Of its words, when it is not the page's. */
  lang?: string;
}

/** One of several lines of which one holds. */
export function MenuChoice<Value>({ value, children, isDisabled, isStaying, lang }: ChoiceProps<Value>) {
  return (
    <Menu.RadioItem
      value={value}
      disabled={isDisabled ?? false}
      closeOnClick={!isStaying}
      className={MENU_ITEM}
      {...(lang && { lang })}
    >
      <span className="min-w-0 flex-1">{children}</span>
      <Menu.RadioItemIndicator>
        <CheckIcon className="size-4 text-muted" />
      </Menu.RadioItemIndicator>
    </Menu.RadioItem>
  );
}

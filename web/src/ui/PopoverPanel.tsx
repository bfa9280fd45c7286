import { Popover } from "@base-ui/react/popover";
import type { ReactNode, RefObject } from "react";

interface Props {
  label: string;
  anchor: RefObject<HTMLElement | null>;
  align?: "start" | "end";
  className: string;
  onClose: () => void;
  children: ReactNode;
}

/** What has popped up beside its anchor, to which the focus returns. */
export default function PopoverPanel({
  label,
  anchor,
  align = "start",
  className,
  onClose,
  children,
}: Props) {
  return (
    <Popover.Root
      open
      onOpenChange={(isOpen, { event }) => {
        // The anchor's own click closes it.
        const isAtAnchor = event.target instanceof Node && anchor.current?.contains(event.target);
        if (!isOpen && !isAtAnchor) onClose();
      }}
    >
      <Popover.Portal>
        <Popover.Positioner
          anchor={anchor}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-40"
        >
          <Popover.Popup finalFocus={anchor} className={className} aria-label={label}>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

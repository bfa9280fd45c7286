import { Menu } from "@base-ui/react/menu";
import { type ReactNode, useState } from "react";
import { cx } from "./cx";

/** A line of a menu. */
export const MENU_ITEM = cx(
  "flex min-h-8 cursor-default items-center gap-1 rounded-md px-2.5 py-1.5 text-sm outline-none select-none",
  "data-highlighted:bg-hover",
);

interface Props {
  align?: "start" | "end";
  children: ReactNode;
}

/** What a menu offers. It stays within the landmark of its button, where those who walk by landmarks find it. */
export function MenuPopup({ align = "start", children }: Props) {
  const [frame, setFrame] = useState<HTMLSpanElement | null>(null);
  return (
    <>
      <span ref={setFrame} className="absolute" />
      {frame && (
        <Menu.Portal container={frame}>
          <Menu.Positioner align={align} sideOffset={6} positionMethod="fixed" className="z-40">
            <Menu.Popup className="max-h-80 min-w-44 overflow-y-auto rounded-xl border border-line bg-raised p-1.5 text-text shadow-pop outline-none">
              {children}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      )}
    </>
  );
}

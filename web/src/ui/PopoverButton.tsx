import { type ReactNode, Suspense, useRef, useState } from "react";
import { later } from "./later";

const PopoverPanel = later(() => import("./PopoverPanel"));

interface Props {
  /** The name of what pops up. */
  label: string;
  /** What stands on the button. */
  trigger: ReactNode;
  buttonClass: string;
  panelClass: string;
  children: ReactNode;
}

/** A button under which something pops up; what that needs is loaded and drawn when it opens. */
export function PopoverButton({ label, trigger, buttonClass, panelClass, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        className={buttonClass}
        onClick={() => setOpen(!isOpen)}
      >
        {trigger}
      </button>
      {isOpen && (
        <Suspense>
          <PopoverPanel label={label} anchor={button} className={panelClass} onClose={() => setOpen(false)}>
            {children}
          </PopoverPanel>
        </Suspense>
      )}
    </>
  );
}

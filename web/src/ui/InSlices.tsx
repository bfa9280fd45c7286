import { type ReactNode, useDeferredValue } from "react";

/** What takes a while to draw: drawn bit by bit at first, so that the page answers meanwhile. */
export function InSlices({ children }: { children: ReactNode }) {
  return useDeferredValue(true, false) ? children : null;
}

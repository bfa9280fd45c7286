import { type ReactNode, useEffect, useState } from "react";

/** Shows what is below only when it is still wanted after a moment: what is quick needs no skeleton. */
export function Delayed({ children, ms = 150 }: { children: ReactNode; ms?: number }) {
  const [isTime, setTime] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setTime(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isTime ? children : null;
}

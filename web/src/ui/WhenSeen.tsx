import { type ReactNode, useEffect, useRef, useState } from "react";

/** From so far outside of what is in sight, in pixels, it is drawn. */
const AHEAD = 200;

/** What is drawn when one comes near it; until then its place is kept by what is around it. */
export function WhenSeen({ children }: { children: ReactNode }) {
  const [isSeen, setSeen] = useState(false);
  const mark = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!mark.current) return;
    const near = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true),
      { rootMargin: `${AHEAD}px` },
    );
    near.observe(mark.current);
    return () => near.disconnect();
  }, []);
  return isSeen ? children : <span ref={mark} className="block size-px" />;
}

import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { usePainted } from "~/hooks/usePainted";
import { useTranslation } from "~/i18n/useTranslation";
import type { Row } from "./rows";

/** Whoever is so near to the end, in pixels, reads at the end. */
const AT_END = 80;
/** From so far before the beginning on, in pixels, what was said earlier is fetched. */
const AHEAD = 400;
/** More than the highest window shows: the rest is drawn once these stand there. */
const FIRST = 25;

/** Whether the browser itself keeps in its place what one reads when something comes below it; asking costs a layout. */
const KEEPS = CSS.supports("overflow-anchor", "auto");

interface Props {
  /** What scrolls. */
  frame: RefObject<HTMLDivElement | null>;
  rows: Row[];
  draw: (row: Row) => ReactNode;
  /** What stands above the first row. */
  beginning: ReactNode;
  /** The row at which one begins to read; the last one without. */
  start: Row | undefined;
  isAtEnd: boolean;
  onAtEnd: (isAtEnd: boolean) => void;
  /** Told when the first row comes into sight. */
  onBeginning: () => void;
}

/**
 * A conversation, laid out from its end: who reads there stays there whatever comes or grows, without a line of script,
 * and what is put before the first row moves nothing.
 */
export function MessageList({ frame, rows, draw, beginning, start, isAtEnd, onAtEnd, onBeginning }: Props) {
  const { t } = useTranslation();
  const top = useRef<HTMLDivElement>(null);
  const isWhole = usePainted();
  const shown = isWhole || start ? rows : rows.slice(-FIRST);
  const [first, last] = [rows[0]?.key, rows.at(-1)?.key];

  const tell = () => {
    const isNear = frame.current !== null && -frame.current.scrollTop <= AT_END;
    if (isNear !== isAtEnd) onAtEnd(isNear);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: one begins to read once
  useLayoutEffect(() => {
    if (!start || !frame.current) return;
    rowIn(frame.current, start.key)?.scrollIntoView({ block: "start" });
    tell();
  }, []);

  const known = useRef({ first, last, height: 0 });
  useLayoutEffect(() => {
    const scroller = frame.current;
    if (!scroller || KEEPS) return;
    const before = known.current;
    known.current = { first, last, height: scroller.scrollHeight };
    const isLonger = before.first === first && before.last !== last && before.height > 0;
    if (isLonger && -scroller.scrollTop > AT_END) scroller.scrollTop -= scroller.scrollHeight - before.height;
  }, [first, last, frame]);

  const reached = useRef(onBeginning);
  reached.current = onBeginning;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each page that came, it is looked anew
  useEffect(() => {
    if (!isWhole || !top.current) return;
    const seen = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && reached.current(),
      { root: frame.current, rootMargin: `${AHEAD}px 0px 0px` },
    );
    seen.observe(top.current);
    return () => seen.disconnect();
  }, [first, isWhole, frame]);

  return (
    <div
      ref={frame}
      role="log"
      aria-label={t("chat.log")}
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
      tabIndex={0}
      onScroll={tell}
      className="flex h-full flex-col-reverse overflow-y-auto"
    >
      <div className="mb-auto pb-2">
        <div ref={top}>{(isWhole || shown.length === rows.length) && beginning}</div>
        {shown.map((row) => (
          <div key={row.key} data-row={row.key}>
            <div className="mx-auto max-w-3xl px-4">{draw(row)}</div>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Where a row stands. */
export function rowIn(frame: HTMLElement | null, key: string): HTMLElement | null {
  return frame?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`) ?? null;
}

import { useRef } from "react";
import type { Row } from "./rows";

/** The index of the first row that is known: what comes before counts down from it. */
const FIRST = 1_000_000;

/** What came before the first known row moves the first index back by as much. */
export function useFirstIndex(rows: Row[]): number {
  const known = useRef({ key: rows[0]?.key, index: FIRST });
  const place = rows.findIndex((row) => row.key === known.current.key);
  if (place !== 0) {
    known.current = { key: rows[0]?.key, index: place > 0 ? known.current.index - place : FIRST };
  }
  return known.current.index;
}

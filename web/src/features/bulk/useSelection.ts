import { useState } from "react";

/** Which tickets of a list are chosen: some of them by their ids, or every one that the list's filter has. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** Everything that the filter has, also what has not been read yet. */
  isAll: boolean;
  isEmpty: boolean;
  has: (id: string) => boolean;
  /** Takes one in or out; with `range`, all from the one before up to it, in the order of the list. */
  toggle: (id: string, range?: readonly string[]) => void;
  /** Takes these, and no others. */
  choose: (ids: readonly string[]) => void;
  chooseAll: () => void;
  clear: () => void;
}

interface Chosen {
  filter: string;
  ids: ReadonlySet<string>;
  isAll: boolean;
  last: string | null;
}

/** The selection in a list; it is another list's, and empty, as soon as the filter is another one. */
export function useSelection(filter: string): Selection {
  const none: Chosen = { filter, ids: new Set(), isAll: false, last: null };
  const [kept, setChosen] = useState<Chosen>(none);
  const chosen = kept.filter === filter ? kept : none;
  const { ids, isAll } = chosen;
  return {
    ids,
    isAll,
    isEmpty: !isAll && ids.size === 0,
    has: (id) => isAll || ids.has(id),
    toggle: (id, range) => setChosen(toggled(chosen, id, range)),
    choose: (wanted) => setChosen({ ...none, ids: new Set(wanted) }),
    chooseAll: () => setChosen({ ...none, isAll: true }),
    clear: () => setChosen(none),
  };
}

function toggled(chosen: Chosen, id: string, range: readonly string[] | undefined): Chosen {
  const ids = new Set(chosen.ids);
  const from = range && chosen.last !== null ? range.indexOf(chosen.last) : -1;
  const to = range ? range.indexOf(id) : -1;
  if (range && from >= 0 && to >= 0) {
    for (const between of range.slice(Math.min(from, to), Math.max(from, to) + 1)) ids.add(between);
  } else if (!ids.delete(id)) {
    ids.add(id);
  }
  return { ...chosen, ids, isAll: false, last: id };
}

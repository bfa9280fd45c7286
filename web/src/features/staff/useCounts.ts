/** How much is in each view, as it is now: counted by the desk, again when something changed. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { onConnected, on as onLive, unwatchList, watchList } from "~/services/socketService";
import { countEverything, countTickets, getTeams } from "~/services/staffService";
import { STATS, UNDONE, VIEWS, wordsOf } from "./views";

const COUNTS = ["staff-counts"];
/** However much changes, it is counted this often at most. */
const COUNTED_EVERY_MS = 1_000;
/** The desk counts so many filters at once. */
const MOST = 20;

/** The teams that get tickets. */
export function useTeams() {
  const { data } = useQuery({
    queryKey: ["teams"],
    queryFn: ({ signal }) => getTeams(signal),
    staleTime: 300_000,
    select: ({ items }) => items.filter((team) => !team.retired),
  });
  return data ?? NO_TEAMS;
}

const NO_TEAMS: never[] = [];

export interface Count {
  count: number;
  /** There are more than that. */
  isMore: boolean;
}

/** The counts of views, teams and the statistics bar, by their words; all in one question. */
export function useCounts(): ReadonlyMap<string, Count> {
  const teams = useTeams();
  const words = [
    STATS.open.words,
    STATS.inProgress.words,
    ...VIEWS.map(wordsOf),
    ...teams.map((team) => wordsOf({ team: team.id })),
  ].slice(0, MOST);
  const { data } = useQuery({
    queryKey: [...COUNTS, words],
    queryFn: async ({ signal }) =>
      new Map<string, Count>((await countTickets(words, signal)).items.map((item) => [item.q, item])),
    placeholderData: (before) => before,
  });
  return data ?? NONE;
}

const NONE: ReadonlyMap<string, Count> = new Map();

export function useTotal(): number | undefined {
  return useQuery({ queryKey: [...COUNTS, "total"], queryFn: countEverything }).data;
}

/** Counts again whenever something that is not done changes; once on a page. */
export function useLiveCounts(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let watch: number | undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = [
      onLive("list-changed", (told) => {
        if (told.watch !== watch) return;
        timer ??= setTimeout(() => {
          timer = undefined;
          void queries.invalidateQueries({ queryKey: COUNTS });
        }, COUNTED_EVERY_MS);
      }),
      onConnected(async () => {
        const answer = await watchList(`status:${UNDONE.join(",")}`).catch(() => null);
        if (!answer) return;
        if (isOver) return unwatchList(answer.watch);
        watch = answer.watch;
        void queries.invalidateQueries({ queryKey: COUNTS });
      }),
    ];
    return () => {
      isOver = true;
      clearTimeout(timer);
      for (const end of stop) end();
      if (watch !== undefined) unwatchList(watch);
    };
  }, [queries]);
}

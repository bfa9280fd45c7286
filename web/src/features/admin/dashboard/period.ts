/** Which days the dashboard tells about, as they stand in the address. */
import { queryOptions } from "@tanstack/react-query";
import type { DayCounts } from "~/api/schema";
import { getAgentStats, getTicketStats } from "~/services/supportService";

export const PERIODS = [7, 30, 90, 365] as const;
export type Period = (typeof PERIODS)[number];

export interface DashboardSearch {
  days?: Period;
}

/** Reads an address; the usual period is left out. */
export function readDashboardSearch(given: Record<string, unknown>): DashboardSearch {
  const days = PERIODS.find((days) => days === Number(given.days));
  return days && days !== 30 ? { days } : {};
}

/** The day so many days before, as the calendar counts them. */
export function daysBefore(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - days);
  return at.toISOString().slice(0, 10);
}

/** Today, where the reader is. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

const SHOWN_MS = 60_000;

/** The numbers of now and of the period. */
export function deskStats(days: Period) {
  const from = daysBefore(today(), days - 1);
  return queryOptions({
    queryKey: ["stats", "all", from],
    queryFn: () => getTicketStats({ from }),
    staleTime: SHOWN_MS,
    refetchInterval: SHOWN_MS,
  });
}

/** The numbers of each member of staff. */
export function agentStats(days: Period) {
  const from = daysBefore(today(), days - 1);
  return queryOptions({
    queryKey: ["stats", "agents", from],
    queryFn: () => getAgentStats({ from }),
    staleTime: SHOWN_MS,
    refetchInterval: SHOWN_MS,
  });
}

/** So many days are still told apart; beyond, weeks are. */
const MOST_DAYS = 92;

export interface Span {
  from: string;
  to: string;
  created: number;
  resolved: number;
}

/** What came and went in each day, or in each week where there are too many days; the last week ends today. */
export function spans(days: readonly DayCounts[]): Span[] {
  const length = days.length > MOST_DAYS ? 7 : 1;
  const made: Span[] = [];
  for (let end = days.length; end > 0; end -= length) {
    const part = days.slice(Math.max(end - length, 0), end);
    const [first, last] = [part[0], part.at(-1)];
    if (!first || !last) continue;
    made.unshift({
      from: first.day,
      to: last.day,
      created: part.reduce((sum, day) => sum + day.created, 0),
      resolved: part.reduce((sum, day) => sum + day.resolved, 0),
    });
  }
  return made;
}

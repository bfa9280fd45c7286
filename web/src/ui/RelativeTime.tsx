/** How long ago something was, with the exact time on hover; one clock for all of them. */
import { useSyncExternalStore } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { dateFormat, relativeFormat } from "./formats";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
];

const listeners = new Set<() => void>();
let now = Date.now();
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, 30_000);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The time, as it was at most half a minute ago. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

export function relative(at: number, from: number, language: string): string {
  const seconds = Math.round((at - from) / 1000);
  const format = relativeFormat(language);
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  return step ? format.format(Math.trunc(seconds / step[1]), step[0]) : format.format(0, "second");
}

export function exact(at: number, language: string): string {
  return dateFormat(language, { dateStyle: "full", timeStyle: "short" }).format(at);
}

export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const { i18n } = useTranslation();
  const time = Date.parse(at);
  const current = Math.max(useNow(), time);
  return (
    <time dateTime={at} title={exact(time, i18n.language)} className={className}>
      {relative(time, current, i18n.language)}
    </time>
  );
}

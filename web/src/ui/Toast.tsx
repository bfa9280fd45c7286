/** What happened, in a corner: done, with a way back, or failed, with the request's id and another try. */
import i18next from "i18next";
import { type ReactNode, Suspense, useSyncExternalStore } from "react";
import { ProblemError } from "~/api/problem";
import { later } from "./later";

/** One line of news. */
export interface News {
  title: string;
  detail?: string;
  hasFailed: boolean;
  action?: Action;
}

interface Action {
  label: string;
  onClick: () => void;
}

const NewsList = later(() => import("./NewsList"));

/** What draws them, once it is there; what was told before that waits. */
let tell: ((news: News) => void) | null = null;
let early: News[] = [];
const listeners = new Set<() => void>();

/** From now on they are drawn by this, also what was told before. */
export function drawNews(draw: (news: News) => void): () => void {
  tell = draw;
  for (const news of early) draw(news);
  early = [];
  return () => {
    tell = null;
  };
}

function show(news: News): void {
  if (tell) {
    tell(news);
  } else {
    early = [...early, news];
    for (const listener of listeners) listener();
  }
}

export function tellDone(title: string, action?: Action): void {
  show({ title, hasFailed: false, ...(action && { action }) });
}

/** Stays until it is closed: a failure is not to be missed. */
export function tellFailed(error: unknown, again?: () => void): void {
  const t = i18next.t;
  const isOffline = error instanceof ProblemError && error.status === 0;
  const title = isOffline ? t("errors.offline") : t("errors.failed");
  const detail = isOffline ? t("errors.offlineDetail") : error instanceof Error ? error.message : "";
  const id = error instanceof ProblemError ? error.requestId : null;
  show({
    title,
    detail: id ? `${detail} (${t("errors.requestId", { id })})` : detail,
    hasFailed: true,
    ...(again && { action: { label: t("app.retry"), onClick: again } }),
  });
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const isNeeded = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => tell !== null || early.length > 0,
  );
  return (
    <>
      {children}
      {isNeeded && (
        <Suspense>
          <NewsList />
        </Suspense>
      )}
    </>
  );
}

/** What happened, in a corner: done, with a way back, or failed, with the request's id and another try. */
import i18next from "i18next";
import { lazy, type ReactNode, Suspense } from "react";
import { ProblemError } from "~/api/problem";

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

/** What draws them is loaded with the first of them, or when the page has long been there. */
const AFTER_MS = 4_000;
let tell: ((news: News) => void) | null = null;
let early: News[] = [];
let hurry: () => void = () => undefined;
const whenNeeded = new Promise<void>((resolve) => {
  hurry = resolve;
});

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
    early.push(news);
    hurry();
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

const NewsList = lazy(async () => {
  setTimeout(hurry, AFTER_MS);
  await whenNeeded;
  return import("./NewsList");
});

export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <Suspense>
        <NewsList />
      </Suspense>
    </>
  );
}

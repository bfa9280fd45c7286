import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { ProblemError } from "~/api/problem";
import { queries } from "~/app/queries";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";
import { ME } from "~/session/session";
import { Button } from "~/ui/Button";

function Message({ title, detail, children }: { title: string; detail: string; children?: ReactNode }) {
  useTitle(title);
  return (
    <main className="grid min-h-full place-items-center p-6">
      <div className="max-w-md text-center">
        <h1 className="text-xl font-semibold">{title}</h1>
        <p className="mt-2 text-muted">{detail}</p>
        <div className="mt-5 flex justify-center gap-2">{children}</div>
      </div>
    </main>
  );
}

function HomeLink() {
  const { t } = useTranslation();
  return (
    <Link
      to="/"
      className="inline-flex h-9 items-center rounded-lg bg-accent px-3.5 font-medium text-on-accent"
    >
      {t("errors.home")}
    </Link>
  );
}

export function ForbiddenPage() {
  const { t } = useTranslation();
  return (
    <Message title={t("errors.forbidden")} detail={t("errors.forbiddenDetail")}>
      <HomeLink />
    </Message>
  );
}

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Message title={t("errors.notFound")} detail={t("errors.notFoundDetail")}>
      <HomeLink />
    </Message>
  );
}

/** The desk cannot say who is signed in. */
export function OfflinePage({ error }: { error: Error }) {
  const { t } = useTranslation();
  const isOffline = !(error instanceof ProblemError) || error.status === 0;
  return (
    <Message
      title={isOffline ? t("errors.offline") : error.message}
      detail={isOffline ? t("errors.offlineDetail") : requestOf(error, t)}
    >
      <Button kind="primary" onClick={() => queries.invalidateQueries({ queryKey: ME })}>
        {t("app.retry")}
      </Button>
    </Message>
  );
}

function requestOf(error: Error, t: TFunction): string {
  return error instanceof ProblemError && error.requestId
    ? t("errors.requestId", { id: error.requestId })
    : "";
}

/** A page that failed while it was drawn. */
export function ErrorPage({ error }: { error: Error }) {
  const { t } = useTranslation();
  if (error instanceof ProblemError && error.status === 404) return <NotFoundPage />;
  if (error instanceof ProblemError && error.status === 403) return <ForbiddenPage />;
  return (
    <Message title={t("errors.crashed")} detail={`${t("errors.crashedDetail")} ${requestOf(error, t)}`}>
      <Button kind="primary" onClick={() => location.reload()}>
        {t("errors.reload")}
      </Button>
    </Message>
  );
}

import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "~/api/problem";
import { signIn, useSession } from "~/session/session";
import { Button } from "~/ui/Button";
import { TextField } from "~/ui/Field";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = route.useSearch();
  const { me } = useSession();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  useEffect(() => {
    document.title = `${t("signIn.title")} · ${t("app.name")}`;
  }, [t]);

  useEffect(() => {
    // Only addresses of this page: a link must not lead anywhere else.
    if (me) router.history.replace(next?.startsWith("/") && !next.startsWith("//") ? next : "/");
  }, [me, next, router]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      await signIn(String(form.get("email")), String(form.get("password")));
    } catch (problem) {
      const isOffline = problem instanceof ProblemError && problem.status === 0;
      setError(isOffline ? t("errors.offline") : (problem as Error).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="grid min-h-full place-items-center p-4">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-3">
          <img src="/icons/icon.svg" alt="" width={36} height={36} />
          <span className="text-xl font-semibold tracking-tight">{t("app.name")}</span>
        </div>
        <form
          onSubmit={submit}
          className="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-6 shadow-pop"
        >
          <h1 className="text-lg font-semibold">{t("signIn.title")}</h1>
          <TextField label={t("signIn.email")} name="email" type="email" autoComplete="username" required />
          <TextField
            label={t("signIn.password")}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          {error && (
            <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
              {error}
            </p>
          )}
          <Button type="submit" kind="primary" isBusy={isBusy} className="justify-center">
            {t("signIn.submit")}
          </Button>
        </form>
      </div>
    </main>
  );
}

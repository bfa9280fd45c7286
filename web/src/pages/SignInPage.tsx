import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "~/api/problem";
import { SignInFrame } from "~/features/account/SignInFrame";
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

  async function submit(form: FormData) {
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
    <SignInFrame title={t("signIn.title")} error={error} onSubmit={(form) => void submit(form)}>
      <TextField label={t("signIn.email")} name="email" type="email" autoComplete="username" required />
      <TextField
        label={t("signIn.password")}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      <Button type="submit" kind="primary" isBusy={isBusy} className="justify-center">
        {t("signIn.submit")}
      </Button>
      <Link to="/password-reset" className="text-center text-sm text-accent-text underline">
        {t("signIn.forgot")}
      </Link>
    </SignInFrame>
  );
}

import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { SignInFrame } from "~/features/account/SignInFrame";
import { useAttempt } from "~/features/account/useAttempt";
import { useTitle } from "~/hooks/useTitle";
import { signIn, useSession } from "~/session/session";
import { Button } from "~/ui/Button";
import { TextField } from "~/ui/Field";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = route.useSearch();
  const { me } = useSession();
  const { isBusy, error, attempt } = useAttempt(async (form) => {
    await signIn(String(form.get("email")), String(form.get("password")));
  });
  useTitle(t("signIn.title"));

  useEffect(() => {
    // Only addresses of this page: a link must not lead anywhere else.
    if (me) router.history.replace(next?.startsWith("/") && !next.startsWith("//") ? next : "/");
  }, [me, next, router]);

  return (
    <SignInFrame title={t("signIn.title")} error={error} onSubmit={attempt}>
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

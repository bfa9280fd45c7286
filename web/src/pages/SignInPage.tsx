import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { ProblemError } from "~/api/problem";
import { SignInFrame } from "~/features/account/SignInFrame";
import { SubmitButton } from "~/features/account/SubmitButton";
import { useAttempt } from "~/features/account/useAttempt";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";
import { signIn, useSession } from "~/session/session";
import { TextField } from "~/ui/Field";
import { PasswordField } from "~/ui/PasswordField";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = route.useSearch();
  const { me } = useSession();
  const { isBusy, isWaiting, problem, error, attempt } = useAttempt(async (form) => {
    await signIn(String(form.get("email")), String(form.get("password")));
  });
  useTitle(t("signIn.title"));

  useEffect(() => {
    // Only addresses of this page: a link must not lead anywhere else.
    if (me) router.history.replace(next?.startsWith("/") && !next.startsWith("//") ? next : "/");
  }, [me, next, router]);

  return (
    <SignInFrame
      title={t("signIn.title")}
      error={problem instanceof ProblemError && problem.status === 401 ? t("account.wrongPassword") : error}
      onSubmit={attempt}
    >
      <TextField label={t("signIn.email")} name="email" type="email" autoComplete="username" required />
      <PasswordField label={t("signIn.password")} name="password" autoComplete="current-password" required />
      <SubmitButton isBusy={isBusy} isWaiting={isWaiting}>
        {t("signIn.submit")}
      </SubmitButton>
      <Link to="/password-reset" className="text-center text-sm text-accent-text underline">
        {t("signIn.forgot")}
      </Link>
    </SignInFrame>
  );
}

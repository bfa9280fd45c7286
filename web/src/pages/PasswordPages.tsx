/** Choosing a password: by invitation, after forgetting it, and asking for the link. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "~/api/client";
import { SignInFrame } from "~/features/account/SignInFrame";
import { useAttempt } from "~/features/account/useAttempt";
import { useTitle } from "~/hooks/useTitle";
import { keep } from "~/session/tokens";
import { Button } from "~/ui/Button";
import { TextField } from "~/ui/Field";

/** The token of a link; it stands behind the `#`, so that no server and no log sees it. */
function tokenOfLink(): string {
  return new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
}

export function InvitationPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useTitle(t("signIn.invitation.title"));
  const { isBusy, error, attempt } = useAttempt(async (form) => {
    const name = String(form.get("name")).trim();
    const body = {
      token: tokenOfLink(),
      password: String(form.get("password")),
      ...(name && { displayName: name }),
    };
    keep(await data(api.POST("/api/auth/invitations/accept", { body })));
    await navigate({ to: "/", replace: true });
  });
  return (
    <SignInFrame
      title={t("signIn.invitation.title")}
      hint={t("signIn.invitation.hint")}
      error={error}
      onSubmit={attempt}
    >
      <TextField
        label={t("signIn.invitation.name")}
        aside={t("app.optional")}
        name="name"
        autoComplete="name"
      />
      <TextField
        label={t("signIn.password")}
        name="password"
        type="password"
        autoComplete="new-password"
        required
      />
      <Button type="submit" kind="primary" isBusy={isBusy} className="justify-center">
        {t("signIn.invitation.submit")}
      </Button>
    </SignInFrame>
  );
}

export function PasswordResetPage() {
  const { t } = useTranslation();
  const [isDone, setDone] = useState(false);
  const [token] = useState(tokenOfLink);
  useTitle(t("signIn.reset.title"));
  const ask = useAttempt(async (form) => {
    await api.POST("/api/auth/password-reset", { body: { email: String(form.get("email")) } });
    setDone(true);
  });
  const choose = useAttempt(async (form) => {
    await api.POST("/api/auth/password-reset/confirm", {
      body: { token, password: String(form.get("password")) },
    });
    setDone(true);
  });
  const { isBusy, error, attempt } = token ? choose : ask;
  return (
    <SignInFrame
      title={t("signIn.reset.title")}
      error={error}
      onSubmit={attempt}
      {...(!token && !isDone && { hint: t("signIn.reset.ask") })}
    >
      {isDone ? (
        <output className="rounded-lg bg-good-soft px-3 py-2 text-sm text-good">
          {t(token ? "signIn.reset.done" : "signIn.reset.sent")}
        </output>
      ) : token ? (
        <TextField
          label={t("signIn.reset.password")}
          name="password"
          type="password"
          autoComplete="new-password"
          required
        />
      ) : (
        <TextField label={t("signIn.email")} name="email" type="email" autoComplete="username" required />
      )}
      {!isDone && (
        <Button type="submit" kind="primary" isBusy={isBusy} className="justify-center">
          {t(token ? "signIn.reset.confirm" : "signIn.reset.submit")}
        </Button>
      )}
      <Link to="/sign-in" className="text-center text-sm text-accent-text underline">
        {t("signIn.back")}
      </Link>
    </SignInFrame>
  );
}

/** Choosing a password: by invitation, after forgetting it, and asking for the link. */

import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "~/api/client";
import { LinkOver } from "~/features/account/LinkOver";
import { tokenOfLink } from "~/features/account/linkToken";
import { SignInFrame } from "~/features/account/SignInFrame";
import { SubmitButton } from "~/features/account/SubmitButton";
import { useAttempt } from "~/features/account/useAttempt";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";
import { keep } from "~/session/tokens";
import { TextField } from "~/ui/Field";
import { PasswordField } from "~/ui/PasswordField";

/** As the desk asks of a password. */
const SHORTEST = 10;

function NewPassword({ label, error }: { label: string; error: string | undefined }) {
  const { t } = useTranslation();
  return (
    <PasswordField
      label={label}
      hint={t("account.passwordRule")}
      error={error && `${label} ${error}`}
      name="password"
      autoComplete="new-password"
      minLength={SHORTEST}
      maxLength={200}
      required
    />
  );
}

function BackLink() {
  const { t } = useTranslation();
  return (
    <Link to="/sign-in" className="text-center text-sm text-accent-text underline">
      {t("signIn.back")}
    </Link>
  );
}

/** The first password, by the link of an invitation. */
export function InvitationPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [token] = useState(tokenOfLink);
  useTitle(t("signIn.invitation.title"));
  const { isBusy, isWaiting, error, at, attempt } = useAttempt(async (form) => {
    const name = String(form.get("name")).trim();
    const body = { token, password: String(form.get("password")), ...(name && { displayName: name }) };
    keep(await data(api.POST("/api/auth/invitations/accept", { body })));
    await navigate({ to: "/", replace: true });
  });
  const isOver = token === "" || at("token") !== undefined;
  const isOfField = at("password") !== undefined || at("displayName") !== undefined;
  return (
    <SignInFrame
      title={t("signIn.invitation.title")}
      error={isOver || isOfField ? undefined : error}
      onSubmit={attempt}
      {...(!isOver && { hint: t("signIn.invitation.hint") })}
    >
      {isOver ? (
        <>
          <LinkOver>{t(token === "" ? "account.noToken" : "account.askForInvitation")}</LinkOver>
          <BackLink />
        </>
      ) : (
        <>
          <TextField
            label={t("signIn.invitation.name")}
            aside={t("app.optional")}
            error={at("displayName")}
            name="name"
            autoComplete="name"
          />
          <NewPassword label={t("signIn.password")} error={at("password")} />
          <SubmitButton isBusy={isBusy} isWaiting={isWaiting}>
            {t("signIn.invitation.submit")}
          </SubmitButton>
        </>
      )}
    </SignInFrame>
  );
}

/** Another password: by the link that was asked for, or asking for it. */
export function PasswordResetPage() {
  const { t } = useTranslation();
  const [token, setToken] = useState(tokenOfLink);
  useTitle(t("signIn.reset.title"));
  return token ? <Choose token={token} onAskAgain={() => setToken("")} /> : <Ask />;
}

function Ask() {
  const { t } = useTranslation();
  const [isDone, setDone] = useState(false);
  const { isBusy, isWaiting, error, attempt } = useAttempt(async (form) => {
    await api.POST("/api/auth/password-reset", { body: { email: String(form.get("email")) } });
    setDone(true);
  });
  return (
    <SignInFrame
      title={t("signIn.reset.title")}
      error={error}
      onSubmit={attempt}
      {...(!isDone && { hint: t("signIn.reset.ask") })}
    >
      {isDone ? (
        <output className="rounded-lg bg-good-soft px-3 py-2 text-sm text-good">
          {t("signIn.reset.sent")}
        </output>
      ) : (
        <>
          <TextField label={t("signIn.email")} name="email" type="email" autoComplete="username" required />
          <SubmitButton isBusy={isBusy} isWaiting={isWaiting}>
            {t("signIn.reset.submit")}
          </SubmitButton>
        </>
      )}
      <BackLink />
    </SignInFrame>
  );
}

function Choose({ token, onAskAgain }: { token: string; onAskAgain: () => void }) {
  const { t } = useTranslation();
  const [isDone, setDone] = useState(false);
  const { isBusy, isWaiting, error, at, attempt } = useAttempt(async (form) => {
    await api.POST("/api/auth/password-reset/confirm", {
      body: { token, password: String(form.get("password")) },
    });
    setDone(true);
  });
  const isOver = at("token") !== undefined;
  return (
    <SignInFrame
      title={t("signIn.reset.title")}
      error={isOver || at("password") ? undefined : error}
      onSubmit={attempt}
    >
      {isDone ? (
        <output className="rounded-lg bg-good-soft px-3 py-2 text-sm text-good">
          {t("signIn.reset.done")}
        </output>
      ) : isOver ? (
        <LinkOver>
          <button
            type="button"
            className="min-h-6 font-semibold text-accent-text underline"
            onClick={onAskAgain}
          >
            {t("account.askForLink")}
          </button>
        </LinkOver>
      ) : (
        <>
          <NewPassword label={t("signIn.reset.password")} error={at("password")} />
          <SubmitButton isBusy={isBusy} isWaiting={isWaiting}>
            {t("signIn.reset.confirm")}
          </SubmitButton>
        </>
      )}
      <BackLink />
    </SignInFrame>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { api, ask, data } from "~/api/client";
import { ProblemError } from "~/api/problem";
import { MailSection } from "~/features/account/mail/MailSection";
import { Notifications } from "~/features/account/Notifications";
import { Receipts } from "~/features/account/Receipts";
import { Section } from "~/features/account/Section";
import { Sessions } from "~/features/account/Sessions";
import { KeySetting } from "~/features/staff/KeySetting";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";
import { isStaff, ME, useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { TextField } from "~/ui/Field";
import { PasswordField } from "~/ui/PasswordField";
import { tellDone, tellFailed } from "~/ui/Toast";

/** Oneself: name and picture, password, and where one is signed in. */
export function ProfilePage() {
  const { t } = useTranslation();
  const me = useMe();
  useTitle(t("nav.profile"));
  return (
    <main className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-2xl flex-col gap-5 px-4 py-6">
        <h1 className="text-2xl font-semibold tracking-tight">{t("nav.profile")}</h1>
        <Myself />
        <Notifications />
        <MailSection />
        {isStaff(me.role) && <Receipts />}
        {isStaff(me.role) && (
          <Section title={t("inbox.keys.setting")}>
            <KeySetting />
          </Section>
        )}
        <Password />
        <Sessions />
      </div>
    </main>
  );
}

function Myself() {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const picture = useRef<HTMLInputElement>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ME });
  const rename = useMutation({
    mutationFn: (displayName: string) => data(api.PUT("/api/auth/me", { body: { displayName } })),
    onSuccess: () => refresh().then(() => tellDone(t("profile.saved"))),
    onError: (error) => tellFailed(error),
  });
  const wear = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.set("avatar", file);
      await ask(new Request(new URL("/api/auth/me/avatar", location.origin), { method: "PUT", body: form }));
    },
    onSuccess: () => refresh().then(() => tellDone(t("account.picture.changed"))),
    onError: (error, file) => tellFailed(error, () => wear.mutate(file)),
  });
  const takeOff = useMutation({
    mutationFn: () => api.DELETE("/api/auth/me/avatar"),
    onSuccess: () => refresh().then(() => tellDone(t("account.picture.removed"))),
    onError: (error) => tellFailed(error, () => takeOff.mutate()),
  });
  return (
    <Section title={t("profile.myself")}>
      <div className="flex flex-wrap items-center gap-3">
        <Avatar name={me.displayName} url={me.avatarUrl} size={64} />
        <input
          ref={picture}
          type="file"
          accept="image/png,image/jpeg,image/webp,image/gif"
          hidden
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) wear.mutate(file);
            event.target.value = "";
          }}
        />
        <Button isBusy={wear.isPending} onClick={() => picture.current?.click()}>
          {t("profile.choosePicture")}
        </Button>
        {me.avatarUrl && (
          <Button kind="danger" isBusy={takeOff.isPending} onClick={() => takeOff.mutate()}>
            {t("profile.removePicture")}
          </Button>
        )}
        <p className="w-full text-xs text-muted">{t("account.picture.hint")}</p>
      </div>
      <form
        className="mt-5 flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(String(new FormData(event.currentTarget).get("name")));
        }}
      >
        <TextField
          key={me.displayName}
          label={t("signIn.invitation.name")}
          name="name"
          defaultValue={me.displayName}
          autoComplete="name"
          error={rename.error instanceof ProblemError ? rename.error.at("displayName") : undefined}
          required
        />
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          <dt className="text-muted">{t("signIn.email")}</dt>
          <dd>{me.email ?? "–"}</dd>
          {me.matrixId && (
            <>
              <dt className="text-muted">Matrix</dt>
              <dd>{me.matrixId}</dd>
            </>
          )}
          {isStaff(me.role) && (
            <>
              <dt className="text-muted">{t("profile.role")}</dt>
              <dd>{t(`staff.roles.${me.role}`)}</dd>
            </>
          )}
        </dl>
        <Button type="submit" kind="primary" isBusy={rename.isPending} className="self-end">
          {t("app.save")}
        </Button>
      </form>
    </Section>
  );
}

function Password() {
  const { t } = useTranslation();
  const change = useMutation({
    mutationFn: (form: FormData) =>
      api.PUT("/api/auth/me/password", {
        body: { currentPassword: String(form.get("current")), newPassword: String(form.get("new")) },
      }),
    onSuccess: () => tellDone(t("profile.passwordChanged")),
  });
  const at = (field: string) => (change.error instanceof ProblemError ? change.error.at(field) : undefined);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    change.mutate(new FormData(form), { onSuccess: () => form.reset() });
  };
  return (
    <Section title={t("profile.password")}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <PasswordField
          label={t("profile.currentPassword")}
          name="current"
          autoComplete="current-password"
          error={at("currentPassword")}
          required
        />
        <PasswordField
          label={t("signIn.reset.password")}
          hint={t("account.passwordRule")}
          name="new"
          autoComplete="new-password"
          minLength={10}
          error={at("newPassword")}
          required
        />
        {change.error && !at("currentPassword") && !at("newPassword") && (
          <p role="alert" className="text-sm text-danger">
            {change.error.message || t("errors.offline")}
          </p>
        )}
        <Button type="submit" kind="primary" isBusy={change.isPending} className="self-end">
          {t("signIn.reset.confirm")}
        </Button>
      </form>
    </Section>
  );
}

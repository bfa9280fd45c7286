/** Adding somebody, changing them, and handing on the link with which they choose a password. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ProblemError } from "~/api/problem";
import type { PasswordLink } from "~/api/schema";
import { FormDialog } from "~/features/admin/FormDialog";
import { Secret } from "~/features/admin/Secret";
import { useTranslation } from "~/i18n/useTranslation";
import { addPerson, changePerson, type Role, type User, type UserChanges } from "~/services/peopleService";
import { getTeams } from "~/services/staffService";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { Field, INPUT, TextField } from "~/ui/Field";
import { exact } from "~/ui/RelativeTime";
import { tellDone } from "~/ui/Toast";

export const ROLES = ["student", "instructor", "admin"] as const satisfies Role[];

function RoleField({ value, isFixed }: { value: Role; isFixed?: boolean }) {
  const { t } = useTranslation();
  return (
    <Field label={t("profile.role")} {...(isFixed && { hint: t("admin.people.ownRole") })}>
      {(bound) => (
        <select {...bound} name="role" defaultValue={value} disabled={isFixed} className={`${INPUT} h-10`}>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {t(`staff.roles.${role}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What was refused, when no field says it. */
export function Refusal({ error, fields }: { error: Error | null; fields: readonly string[] }) {
  const { t } = useTranslation();
  if (!error) return null;
  const isOffline = error instanceof ProblemError && error.status === 0;
  if (error instanceof ProblemError && fields.some((field) => error.at(field))) return null;
  return (
    <p role="alert" className="text-sm text-danger">
      {isOffline ? `${t("errors.offline")}. ${t("errors.offlineDetail")}` : error.message}
    </p>
  );
}

const at = (error: Error | null, field: string) =>
  error instanceof ProblemError ? error.at(field) : undefined;

interface AddProps {
  onClose: () => void;
  onAdded: (person: User, invitation: PasswordLink | null) => void;
}

/** Invites somebody. */
export function AddPersonDialog({ onClose, onAdded }: AddProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: addPerson,
    onSuccess: ({ invitation, ...person }) => {
      void queries.invalidateQueries({ queryKey: ["people"] });
      onAdded(person, invitation);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    add.mutate({
      name: text("name"),
      email: text("email"),
      role: ROLES.find((role) => role === text("role")) ?? "student",
      ...(text("matrixId") && { matrixId: text("matrixId") }),
    });
  };
  return (
    <FormDialog
      title={t("admin.people.add")}
      description={t("admin.people.addHint")}
      submit={t("admin.people.invite")}
      isBusy={add.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField label={t("admin.people.name")} name="name" required error={at(add.error, "name")} />
      <TextField
        label={t("signIn.email")}
        name="email"
        type="email"
        required
        error={at(add.error, "email")}
      />
      <RoleField value="student" />
      <TextField
        label={t("admin.people.matrixId")}
        name="matrixId"
        placeholder="@ann:example.org"
        hint={t("admin.people.matrixHint")}
        aside={t("app.optional")}
        error={at(add.error, "matrixId")}
      />
      <Refusal error={add.error} fields={["name", "email", "matrixId"]} />
    </FormDialog>
  );
}

/** Changes somebody's name, role and teams. */
export function EditPersonDialog({
  person,
  isMe,
  onClose,
}: {
  person: User;
  isMe: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: teams } = useQuery({ queryKey: ["teams"], queryFn: ({ signal }) => getTeams(signal) });
  const [chosen, setChosen] = useState<readonly string[]>(person.teams.map((team) => team.id));
  const inUse = teams?.items.filter((team) => !team.retired || chosen.includes(team.id)) ?? [];
  const change = useMutation({
    mutationFn: (changes: UserChanges) => changePerson(person.id, changes),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["people"] });
      void queries.invalidateQueries({ queryKey: ["teams"] });
      tellDone(t("profile.saved"));
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const form = new FormData(event.currentTarget);
    const name = String(form.get("name")).trim();
    const role = ROLES.find((role) => role === form.get("role")) ?? person.role;
    const before = person.teams.map((team) => team.id);
    const isSame = before.length === chosen.length && before.every((team) => chosen.includes(team));
    const changes: UserChanges = {
      ...(name !== person.displayName && { name }),
      ...(role !== person.role && { role }),
      ...(!isSame && { teams: [...chosen] }),
    };
    if (Object.keys(changes).length === 0) onClose();
    else change.mutate(changes);
  };
  return (
    <FormDialog
      title={person.displayName}
      submit={t("app.save")}
      isBusy={change.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t("admin.people.name")}
        name="name"
        required
        defaultValue={person.displayName}
        error={at(change.error, "name")}
      />
      <RoleField value={person.role} isFixed={isMe} />
      {inUse.length > 0 && (
        <fieldset>
          <legend className="text-sm font-medium">{t("nav.teams")}</legend>
          <div className="mt-1 flex flex-wrap gap-x-4">
            {inUse.map((team) => (
              <label key={team.id} className="flex min-h-8 items-center gap-2 text-sm">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={chosen.includes(team.id)}
                  onChange={(event) =>
                    setChosen(
                      event.target.checked
                        ? [...chosen, team.id]
                        : chosen.filter((other) => other !== team.id),
                    )
                  }
                />
                {team.name}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <Refusal error={change.error} fields={["name"]} />
    </FormDialog>
  );
}

interface LinkProps {
  kind: "invitation" | "reset";
  name: string;
  link: PasswordLink;
  onClose: () => void;
}

/** A link to hand on; it is not shown again. */
export function LinkDialog({ kind, name, link, onClose }: LinkProps) {
  const { t, i18n } = useTranslation();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t(`admin.people.links.${kind}`, { name })}
      description={t("admin.people.links.hint")}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t("admin.done")}
        </Button>
      }
    >
      <Secret
        label={t("admin.people.links.label")}
        value={link.link}
        hint={t("admin.people.links.until", { time: exact(Date.parse(link.expiresAt), i18n.language) })}
      />
    </Dialog>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ProblemError } from "~/api/problem";
import type { KeyScope } from "~/api/schema";
import { Refusal } from "~/features/admin/people/PersonDialogs";
import { Secret } from "~/features/admin/Secret";
import { useTranslation } from "~/i18n/useTranslation";
import { addKey } from "~/services/peopleService";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { TextField } from "~/ui/Field";

const SCOPES = ["read", "write", "admin"] as const satisfies KeyScope[];
const USUAL_DAYS = 365;
const MOST_DAYS = 3_650;

/** Makes a key for a program; its secret is shown once, right after. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [scopes, setScopes] = useState<readonly KeyScope[]>(["read"]);
  const make = useMutation({
    mutationFn: addKey,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  const at = (field: string) => (make.error instanceof ProblemError ? make.error.at(field) : undefined);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    make.mutate({
      name: String(form.get("name")).trim(),
      scopes: [...scopes],
      days: Number(form.get("days")),
    });
  };
  if (make.data) {
    return (
      <Dialog
        isOpen
        onOpenChange={onClose}
        title={t("admin.keys.made", { name: make.data.name })}
        description={t("admin.keys.once")}
        actions={
          <Button kind="primary" onClick={onClose}>
            {t("admin.done")}
          </Button>
        }
      >
        <Secret label={t("admin.keys.secret")} value={make.data.secret} hint={t("admin.keys.use")} />
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("admin.keys.add")}
      description={t("admin.keys.addHint")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            form="key"
            disabled={scopes.length === 0}
            isBusy={make.isPending}
          >
            {t("admin.keys.create")}
          </Button>
        </>
      }
    >
      <form id="key" className="flex flex-col gap-4" onSubmit={submit}>
        <TextField
          label={t("admin.people.name")}
          name="name"
          hint={t("admin.keys.nameHint")}
          required
          maxLength={100}
          error={at("name")}
        />
        <fieldset>
          <legend className="text-sm font-medium">{t("admin.keys.scopes")}</legend>
          {SCOPES.map((scope) => (
            <label key={scope} className="flex min-h-9 items-center gap-2.5 text-sm">
              <input
                type="checkbox"
                className="size-4 shrink-0 accent-accent"
                checked={scopes.includes(scope)}
                onChange={(event) =>
                  setScopes(
                    SCOPES.filter((other) =>
                      other === scope ? event.target.checked : scopes.includes(other),
                    ),
                  )
                }
              />
              <span>
                <b className="font-medium">{t(`admin.keys.scope.${scope}`)}</b>{" "}
                <span className="text-muted">{t(`admin.keys.scopeHint.${scope}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <TextField
          label={t("admin.keys.days")}
          name="days"
          type="number"
          min={1}
          max={MOST_DAYS}
          defaultValue={USUAL_DAYS}
          required
          error={at("days")}
        />
        <Refusal error={make.error} fields={["name", "days"]} />
      </form>
    </Dialog>
  );
}

import { type FormEvent, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { TextField } from "~/ui/Field";

interface Props {
  onClose: () => void;
  onGiven: (tags: { add?: string[]; remove?: string[] }) => void;
}

/** Which tags several tickets get, and which they lose. */
export function TagsDialog({ onClose, onGiven }: Props) {
  const { t } = useTranslation();
  const [add, setAdd] = useState("");
  const [remove, setRemove] = useState("");
  const added = tagsIn(add);
  const removed = tagsIn(remove);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (added.length + removed.length === 0) return;
    onGiven({ ...(added.length > 0 && { add: added }), ...(removed.length > 0 && { remove: removed }) });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("bulk.tags.title")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            form="bulk-tags"
            disabled={added.length + removed.length === 0}
          >
            {t("bulk.tags.submit")}
          </Button>
        </>
      }
    >
      <form id="bulk-tags" className="flex flex-col gap-3" onSubmit={submit}>
        <TextField
          label={t("bulk.tags.add")}
          hint={t("bulk.tags.hint")}
          value={add}
          onChange={(event) => setAdd(event.target.value)}
        />
        <TextField
          label={t("bulk.tags.remove")}
          value={remove}
          onChange={(event) => setRemove(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

/** Tags as they were typed, with commas between. */
function tagsIn(text: string): string[] {
  return [
    ...new Set(
      text
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
}

import { useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { INPUT } from "~/ui/Field";

/** What a ticket's resolution may have. */
const MOST = 2_000;

interface Props {
  title: string;
  /** What the button says. */
  label: string;
  onClose: () => void;
  onGiven: (resolution: string) => void;
}

/** Asks what came of several tickets; their students read it. */
export function ResolutionDialog({ title, label, onClose, onGiven }: Props) {
  const { t } = useTranslation();
  const [resolution, setResolution] = useState("");
  const given = resolution.trim();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={title}
      description={t("bulk.resolutionHint")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button kind="primary" disabled={given === ""} onClick={() => onGiven(given)}>
            {label}
          </Button>
        </>
      }
    >
      <label className="flex flex-col gap-1 text-sm font-medium">
        {t("ticket.resolution")}
        <textarea
          rows={4}
          maxLength={MOST}
          value={resolution}
          onChange={(event) => setResolution(event.target.value)}
          className={`${INPUT} py-2 font-normal`}
        />
      </label>
    </Dialog>
  );
}

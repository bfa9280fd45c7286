import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { tellFailed } from "~/ui/Toast";

interface Props {
  title: string;
  detail: string;
  /** What the button says. */
  label: string;
  onClose: () => void;
  /** Does it; the dialog stays until it is done. */
  onConfirmed: () => Promise<unknown>;
}

/** Asks once more before something that is not easily undone. */
export function ConfirmDialog({ title, detail, label, onClose, onConfirmed }: Props) {
  const { t } = useTranslation();
  const work = useMutation({
    mutationFn: onConfirmed,
    onSuccess: onClose,
    onError: (error) => tellFailed(error, () => work.mutate()),
  });
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button kind="danger" isBusy={work.isPending} onClick={() => work.mutate()}>
            {label}
          </Button>
        </>
      }
    >
      <p className="text-sm text-muted">{detail}</p>
    </Dialog>
  );
}

import { type FormEvent, type ReactNode, useId } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";

interface Props {
  title: string;
  description?: string;
  /** What the button says that submits. */
  submit: string;
  isBusy: boolean;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  onClose: () => void;
  children: ReactNode;
}

/** A form to fill in before anything else, or to leave. */
export function FormDialog({ submit, isBusy, onSubmit, onClose, children, ...about }: Props) {
  const { t } = useTranslation();
  const form = useId();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      {...about}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button kind="primary" type="submit" form={form} isBusy={isBusy}>
            {submit}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(event);
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}

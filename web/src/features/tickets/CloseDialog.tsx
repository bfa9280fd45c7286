import { Dialog } from "@base-ui/react/dialog";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { FullTicket } from "~/api/schema";
import { deskSettings } from "~/hooks/useSettings";
import { useTranslation } from "~/i18n/useTranslation";
import { closeTicket, reopenTicket } from "~/services/supportService";
import { Button } from "~/ui/Button";
import { INPUT } from "~/ui/Field";
import { tellDone, tellFailed } from "~/ui/Toast";

interface Props {
  ticket: FullTicket;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onClosed: () => Promise<unknown>;
  /** Whether there is no closing without it. */
  asksResolution?: boolean;
}

/** Closes a ticket, with what came of it. */
export function CloseDialog({ ticket, isOpen, onOpenChange, onClosed, asksResolution }: Props) {
  const { t } = useTranslation();
  const { data: settings } = useQuery(deskSettings());
  const [resolution, setResolution] = useState("");
  const reopen = () => reopenTicket(ticket.id).then(onClosed, tellFailed);
  const close = useMutation({
    mutationFn: () => closeTicket(ticket.id, resolution.trim() || undefined),
    onSuccess: async () => {
      onOpenChange(false);
      await onClosed();
      tellDone(t("ticket.closed"), { label: t("app.undo"), onClick: () => void reopen() });
    },
    onError: (error) => tellFailed(error, () => close.mutate()),
  });
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 flex w-[calc(100vw-2rem)] max-w-md -translate-1/2 flex-col gap-3 rounded-2xl bg-raised p-5 shadow-pop outline-none">
          <Dialog.Title className="text-lg font-semibold">{t("ticket.closeConfirm")}</Dialog.Title>
          {settings && (
            <Dialog.Description className="text-sm text-muted">
              {t("ticket.closeHint", { days: settings.reopenDays })}
            </Dialog.Description>
          )}
          <label className="flex flex-col gap-1 text-sm font-medium">
            {t(asksResolution ? "ticket.resolution" : "ticket.resolutionOptional")}
            <textarea
              rows={3}
              value={resolution}
              onChange={(event) => setResolution(event.target.value)}
              className={`${INPUT} py-2 font-normal`}
            />
          </label>
          <div className="flex justify-end gap-2">
            <Dialog.Close render={<Button>{t("app.cancel")}</Button>} />
            <Button
              kind="primary"
              isBusy={close.isPending}
              disabled={asksResolution && resolution.trim() === ""}
              onClick={() => close.mutate()}
            >
              {t("ticket.close")}
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

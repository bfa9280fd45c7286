import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import type { FullTicket } from "~/api/schema";
import { useDraft } from "~/hooks/useDraft";
import { deskSettings } from "~/hooks/useSettings";
import { useTranslation } from "~/i18n/useTranslation";
import { useMe } from "~/session/session";
import { Button } from "~/ui/Button";
import { INPUT } from "~/ui/Field";

/** The most that may be said. */
const LIMIT = 2_000;

interface Props {
  ticket: FullTicket;
  to: "resolved" | "closed";
  onOpenChange: (isOpen: boolean) => void;
  onDone: (resolution: string | undefined, dropDraft: () => void) => void;
}

/** Asks what came of a ticket before it is resolved or closed; the student will read it. */
export function ResolveDialog({ ticket, to, onOpenChange, onDone }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: settings } = useQuery(deskSettings());
  const [text, setText, drop] = useDraft(`resolution.${me.id}.${ticket.id}`);
  const isNeeded = to === "closed" && !ticket.resolution;
  const canDo = text.length <= LIMIT && (!isNeeded || text.trim() !== "");
  const submit = () => {
    if (!canDo) return;
    onOpenChange(false);
    onDone(text.trim() || undefined, drop);
  };
  return (
    <Dialog.Root open onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-md -translate-1/2 flex-col gap-3 overflow-y-auto rounded-2xl bg-raised p-5 shadow-pop outline-none">
          <Dialog.Title className="text-lg font-semibold">
            {t(to === "closed" ? "ticket.closeConfirm" : "inbox.ticket.resolveTitle")}
          </Dialog.Title>
          <Dialog.Description className="text-sm text-muted">
            {to === "resolved"
              ? t("inbox.ticket.resolveHint")
              : settings && t("ticket.closeHint", { days: settings.reopenDays })}
          </Dialog.Description>
          <label className="flex flex-col gap-1 text-sm font-medium">
            {t(isNeeded ? "ticket.resolution" : "ticket.resolutionOptional")}
            <textarea
              rows={4}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit();
              }}
              aria-describedby="resolution-hint"
              className={`${INPUT} py-2 font-normal`}
            />
          </label>
          <p id="resolution-hint" className="-mt-1.5 text-xs text-muted">
            {text.length > LIMIT - 200
              ? t("app.characters", { count: LIMIT - text.length })
              : t("inbox.ticket.resolutionNeeded")}
          </p>
          <div className="flex justify-end gap-2">
            <Dialog.Close render={<Button>{t("app.cancel")}</Button>} />
            <Button kind="primary" disabled={!canDo} onClick={submit}>
              {t(to === "closed" ? "ticket.close" : "inbox.ticket.resolve")}
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

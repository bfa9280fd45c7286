import { Dialog } from "@base-ui/react/dialog";
import { useEffect, useState } from "react";
import type { FullTicket } from "~/api/schema";
import { useMatches } from "~/hooks/useMatches";
import { usePainted } from "~/hooks/usePainted";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { CloseIcon } from "~/ui/icons";
import { Confidential } from "./Confidential";
import { Participants } from "./Participants";
import { StudentBlock, StudentHistory } from "./StudentBlock";
import { type Field, TicketFields } from "./TicketFields";
import type { TicketChange } from "./useTicketChange";

const KEPT_AS = "roomdesk.panel";
const wide = matchMedia("(min-width: 80rem)");

function isKept(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== "off";
  } catch {
    return true;
  }
}

/** Whether the panel is shown: beside the conversation where there is room, over it where there is not. */
export function usePanel() {
  const isWide = useMatches(wide);
  const [isBeside, setBeside] = useState(isKept);
  const [isOver, setOver] = useState(false);
  const show = (isShown: boolean) => {
    if (!isWide) return setOver(isShown);
    setBeside(isShown);
    try {
      localStorage.setItem(KEPT_AS, isShown ? "on" : "off");
    } catch {
      // It lasts as long as the page.
    }
  };
  return { isWide, isShown: isWide ? isBeside : isOver, show };
}

interface Props {
  ticket: FullTicket;
  change: TicketChange;
  panel: ReturnType<typeof usePanel>;
  /** The field that is to be changed at once. */
  asked: Field | null;
  onAsked: (field: Field | null) => void;
}

/** What a ticket is besides its conversation, to be changed where it stands. */
export function SidePanel({ ticket, change, panel, asked, onAsked }: Props) {
  const { t } = useTranslation();
  // What was said comes first, this one frame later.
  const isDue = usePainted();
  // A panel that is put away asks for nothing.
  useEffect(() => {
    if (!panel.isShown && asked) panel.show(true);
  }, [panel, asked]);
  const content = isDue && (
    <>
      <StudentBlock ticket={ticket} />
      <TicketFields ticket={ticket} change={change} asked={asked} onAsked={onAsked} />
      <Confidential ticket={ticket} change={change} />
      <Participants ticket={ticket} />
      <StudentHistory ticket={ticket} />
    </>
  );
  if (panel.isWide) {
    if (!panel.isShown) return null;
    return (
      <aside
        aria-label={t("ticket.details")}
        className="flex w-72 shrink-0 flex-col gap-5 overflow-y-auto border-l border-line bg-surface p-4 text-sm"
      >
        {content}
      </aside>
    );
  }
  return (
    <Dialog.Root open={panel.isShown} onOpenChange={panel.show}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/40" />
        <Dialog.Popup className="fixed inset-y-0 right-0 z-40 flex w-[min(22rem,100vw)] flex-col gap-5 overflow-y-auto bg-surface p-4 text-sm shadow-pop outline-none">
          <div className="flex items-center justify-between">
            <Dialog.Title className="text-base font-semibold">{t("ticket.details")}</Dialog.Title>
            <Dialog.Close
              render={<Button kind="quiet" size="icon" aria-label={t("app.close")} icon={<CloseIcon />} />}
            />
          </div>
          {content}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

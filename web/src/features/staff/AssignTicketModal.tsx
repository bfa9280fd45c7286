import { Dialog } from "@base-ui/react/dialog";
import type { PersonRef } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { CloseIcon } from "~/ui/icons";
import { Choice, PersonSearch } from "./PersonSearch";

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** The id of whoever has it. */
  current: string | undefined;
  onAssign: (person: PersonRef | null) => void;
}

/** Who is to have the ticket: a search among staff, each with how many open tickets they have. */
export default function AssignTicketModal({ isOpen, onOpenChange, current, onAssign }: Props) {
  const { t } = useTranslation();
  const choose = (person: PersonRef | null) => {
    onOpenChange(false);
    onAssign(person);
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-50 flex max-h-[76dvh] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 flex-col gap-3 rounded-2xl bg-raised p-5 shadow-pop outline-none">
          <div className="flex items-center justify-between">
            <Dialog.Title className="text-lg font-semibold">{t("staff.assign.title")}</Dialog.Title>
            <Dialog.Close
              render={<Button kind="quiet" size="icon" aria-label={t("app.close")} icon={<CloseIcon />} />}
            />
          </div>
          <PersonSearch
            label={t("staff.assign.search")}
            current={current}
            isOn={isOpen}
            onChoose={({ openTickets: _, ...person }) => choose(person)}
            before={(text) =>
              current &&
              text === "" && (
                <li>
                  <Choice onClick={() => choose(null)}>{t("staff.assign.nobody")}</Choice>
                </li>
              )
            }
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

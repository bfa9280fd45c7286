import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { getAssignable } from "~/services/staffService";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { INPUT } from "~/ui/Field";
import { CloseIcon } from "~/ui/icons";

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  current: string | undefined;
  onAssign: (person: { id: string; displayName: string } | null) => void;
}

/** Who is to have the ticket: a search among staff, each with how many open tickets they have. */
export default function AssignTicketModal({ isOpen, onOpenChange, current, onAssign }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim());
  const { data } = useQuery({
    queryKey: ["assignable", wanted],
    queryFn: ({ signal }) => getAssignable(wanted, signal),
    placeholderData: (before) => before,
    enabled: isOpen,
  });
  const choose = (person: { id: string; displayName: string } | null) => {
    onOpenChange(false);
    onAssign(person);
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 flex-col gap-3 rounded-2xl bg-raised p-5 shadow-pop outline-none">
          <div className="flex items-center justify-between">
            <Dialog.Title className="text-lg font-semibold">{t("staff.assign.title")}</Dialog.Title>
            <Dialog.Close
              render={<Button kind="quiet" size="icon" aria-label={t("app.close")} icon={<CloseIcon />} />}
            />
          </div>
          <input
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            placeholder={t("staff.assign.search")}
            aria-label={t("staff.assign.search")}
            className={`${INPUT} h-10`}
          />
          <ul className="min-h-0 overflow-y-auto">
            {current && (
              <li>
                <button
                  type="button"
                  onClick={() => choose(null)}
                  className="w-full rounded-lg px-2.5 py-2 text-left hover:bg-hover"
                >
                  {t("staff.assign.nobody")}
                </button>
              </li>
            )}
            {data?.items.map((person) => (
              <li key={person.id}>
                <button
                  type="button"
                  onClick={() => choose(person)}
                  aria-current={person.id === current ? "true" : undefined}
                  className="flex w-full items-center gap-3 rounded-lg px-2.5 py-2 text-left hover:bg-hover"
                >
                  <Avatar name={person.displayName} url={person.avatarUrl} size={34} />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{person.displayName}</span>
                    <span className="text-xs text-muted">{t(`staff.roles.${person.role}`)}</span>
                  </span>
                  <span className="tabular text-xs text-muted">
                    {t("staff.assign.openTickets", { count: person.openTickets })}
                  </span>
                </button>
              </li>
            ))}
            {data?.items.length === 0 && (
              <li className="px-2.5 py-4 text-center text-sm text-muted">{t("tickets.noMatch.title")}</li>
            )}
          </ul>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

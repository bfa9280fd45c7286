import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { FullTicket, PersonRef } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { editTicket, getNamedStaff, nameStaff, unnameStaff } from "~/services/staffService";
import { tellFailed } from "~/ui/Toast";
import { AddPerson, PersonLine } from "./People";
import type { TicketChange } from "./useTicketChange";

/** Whether only some of staff see the ticket, and who they are. */
export function Confidential({ ticket, change }: { ticket: FullTicket; change: TicketChange }) {
  const { t } = useTranslation();
  const { confidential, id } = ticket;
  const set = (to: boolean) =>
    change.mutate({
      shown: { confidential: to },
      done: () => editTicket(id, { confidential: to }),
      undo: () => editTicket(id, { confidential }),
      said: t(to ? "inbox.panel.confidentialOn" : "inbox.panel.confidentialOff"),
    });
  return (
    <section className="flex flex-col gap-2">
      <label className="flex min-h-7 items-center gap-2.5">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          checked={confidential}
          onChange={(event) => set(event.target.checked)}
        />
        {t("ticket.confidential")}
      </label>
      {confidential && <Named ticket={ticket} />}
    </section>
  );
}

function Named({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const key = ["named", ticket.id];
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => getNamedStaff(ticket.id, signal) });
  const named = data?.items ?? [];
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: key }),
      queries.invalidateQueries({ queryKey: ["timeline", ticket.id] }),
    ]);
  const add = ({ id }: PersonRef) => void nameStaff(ticket.id, id).then(refresh, tellFailed);
  const remove = ({ id }: PersonRef) => void unnameStaff(ticket.id, id).then(refresh, tellFailed);
  return (
    <div>
      <h2 className="mb-1 text-xs font-semibold text-muted">{t("inbox.panel.named")}</h2>
      <p className="mb-1 text-xs text-muted">{t("inbox.panel.confidentialOn")}</p>
      <ul>
        {named.map((person) => (
          <PersonLine
            key={person.id}
            person={person}
            removal={t("inbox.panel.unname", { name: person.displayName })}
            // Whoever has it, and the last one, stay.
            onRemove={
              named.length > 1 && person.id !== ticket.assignedTo?.id ? () => remove(person) : undefined
            }
          />
        ))}
      </ul>
      <AddPerson
        label={t("inbox.panel.name")}
        without={new Set(named.map((person) => person.id))}
        onChoose={add}
      />
    </div>
  );
}

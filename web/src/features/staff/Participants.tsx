import { useQueryClient } from "@tanstack/react-query";
import type { FullTicket, Participant, PersonRef } from "~/api/schema";
import { ticketById } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import { addParticipant, removeParticipant } from "~/services/staffService";
import { tellDone, tellFailed } from "~/ui/Toast";
import { AddPerson, PersonLine } from "./People";
import { Choice } from "./PersonSearch";

/** `@name:server`, as Matrix has them. */
const MATRIX_ID = /^@[^\s:]+:\S+$/;

/** Who belongs to the ticket besides staff; others can be let in, also from Matrix. */
export function Participants({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const key = ticketById(ticket.ticketId).queryKey;
  const { participants } = ticket;
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: key }),
      queries.invalidateQueries({ queryKey: ["timeline", ticket.id] }),
    ]);
  const show = (people: Participant[]) =>
    queries.setQueryData(key, (now) => now && { ...now, participants: people });

  const add = async (guest: { userId: string } | { matrixId: string }) => {
    try {
      const { displayName } = await addParticipant(ticket.id, guest);
      tellDone(t("inbox.panel.joined", { name: displayName }));
    } catch (error) {
      tellFailed(error);
    }
    await refresh();
  };
  const remove = async (person: PersonRef) => {
    show(participants.filter((other) => other.id !== person.id));
    try {
      await removeParticipant(ticket.id, person.id);
      tellDone(t("inbox.panel.left", { name: person.displayName }), {
        label: t("app.undo"),
        onClick: () => void add({ userId: person.id }),
      });
    } catch (error) {
      show(participants);
      tellFailed(error);
    }
    await refresh();
  };
  return (
    <section>
      <h2 className="mb-1 text-xs font-semibold text-muted">{t("ticket.participants")}</h2>
      <ul>
        {participants.map((person) => (
          <PersonLine
            key={person.id}
            person={person}
            detail={person.matrixId ?? undefined}
            removal={t("inbox.panel.putOut", { name: person.displayName })}
            onRemove={person.id === ticket.createdBy.id ? undefined : () => void remove(person)}
          />
        ))}
      </ul>
      <AddPerson
        label={t("inbox.panel.addPerson")}
        hint={t("inbox.panel.personHint")}
        without={new Set(participants.map((person) => person.id))}
        onChoose={({ id }) => void add({ userId: id })}
        before={(text, close) =>
          MATRIX_ID.test(text) && (
            <li>
              <Choice
                onClick={() => {
                  close();
                  void add({ matrixId: text });
                }}
              >
                {t("inbox.panel.inviteMatrix", { id: text })}
              </Choice>
            </li>
          )
        }
      />
    </section>
  );
}

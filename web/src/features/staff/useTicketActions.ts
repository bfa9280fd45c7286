/** What staff do to a ticket: take it, give it, move it along, leave it unread. */
import { useQueryClient } from "@tanstack/react-query";
import type { FullTicket, PersonRef, TicketStatus } from "~/api/schema";
import { readSoFar } from "~/features/chat/useReading";
import { ticketById } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import { markUnread } from "~/services/staffService";
import { assignTicket, claimTicket, getMessages, getTicketById } from "~/services/supportService";
import { useMe } from "~/session/session";
import { tellDone, tellFailed } from "~/ui/Toast";
import { moveBack, moveTicket } from "./moves";
import { showInLists } from "./useStaffList";
import { useTicketChange } from "./useTicketChange";

/** So many of the latest messages are looked at for one that may be unread. */
const LATEST = 20;

export function useTicketActions(ticket: FullTicket) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const change = useTicketChange(ticket);
  const { id, ticketId, status: before, assignedTo } = ticket;

  const assign = (person: PersonRef | null) =>
    change.mutate({
      shown: { assignedTo: person },
      done: () => assignTicket(id, person?.id ?? null),
      undo: () => assignTicket(id, assignedTo?.id ?? null),
      said: person ? t("staff.assign.done", { name: person.displayName }) : t("staff.assign.nobodyDone"),
    });

  /** Only the first of several gets it; the others are told who. */
  const claim = () =>
    change.mutate({
      shown: { assignedTo: me },
      done: () => (assignedTo ? assignTicket(id, me.id) : claimTicket(id)),
      undo: () => assignTicket(id, assignedTo?.id ?? null),
      said: t("staff.assign.mine"),
      explain: async (error) => {
        if (error.status !== 409) return null;
        const now = await getTicketById(id).catch(() => null);
        return now?.assignedTo ? t("inbox.ticket.takenDetail", { name: now.assignedTo.displayName }) : null;
      },
    });

  const move = (to: TicketStatus, resolution?: string, onDone?: () => void) =>
    change.mutate(
      {
        shown: { status: to, ...(resolution && { resolution }) },
        done: () => moveTicket(id, before, to, resolution),
        undo: () => moveBack(ticket, to),
        said: t("ticket.statusChanged", { number: ticketId, status: t(`status.${to}`) }),
      },
      { onSuccess: () => onDone?.() },
    );

  /** From the latest message of somebody else on; answers whether there is one. */
  const leaveUnread = async (): Promise<boolean> => {
    try {
      const [{ items }] = await Promise.all([getMessages(id, { limit: LATEST }), readSoFar()]);
      const said = items.filter((message) => message.messageType !== "system" && message.sender.id !== me.id);
      const latest = said.at(-1);
      if (!latest) return false;
      const { unreadCount } = await markUnread(id, latest.id);
      queries.setQueryData(ticketById(ticketId).queryKey, (now) => now && { ...now, unreadCount });
      showInLists(queries, id, { unreadCount });
      tellDone(t("inbox.ticket.markedUnread"));
      return true;
    } catch (error) {
      tellFailed(error);
      return false;
    }
  };

  return { change, assign, claim, move, leaveUnread };
}

export type TicketActions = ReturnType<typeof useTicketActions>;

/** What is done to a ticket is shown at once, and taken back with an explanation when the desk refuses it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ProblemError } from "~/api/problem";
import type { FullTicket, Ticket } from "~/api/schema";
import { ticketById } from "~/hooks/useSupport";
import { useTranslation } from "~/i18n/useTranslation";
import { tellDone, tellFailed } from "~/ui/Toast";
import { showInLists } from "./useStaffList";

export interface Change {
  /** How the ticket looks meanwhile. */
  shown: Partial<Ticket>;
  done: () => Promise<unknown>;
  /** What is said when it is done; nothing when one sees it. */
  said?: string;
  /** The way back. */
  undo?: () => Promise<unknown>;
  /** Another explanation of a refusal. */
  explain?: (error: ProblemError) => Promise<string | null>;
}

function isTicket(answer: unknown): answer is Ticket {
  return typeof answer === "object" && answer !== null && "ticketId" in answer && "version" in answer;
}

export function useTicketChange(ticket: FullTicket) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const key = ticketById(ticket.ticketId).queryKey;
  const take = (answer: unknown) => {
    if (!isTicket(answer)) return;
    queries.setQueryData(key, (now) => now && { ...now, ...answer, messages: now.messages });
    showInLists(queries, ticket.id, answer);
  };
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: key, refetchType: "active" }),
      queries.invalidateQueries({ queryKey: ["tickets"] }),
    ]);
  const change = useMutation({
    mutationFn: ({ done }: Change) => done(),
    onMutate: async ({ shown }) => {
      await queries.cancelQueries({ queryKey: key });
      const known = queries.getQueryData(key);
      queries.setQueryData(key, (now) => now && { ...now, ...shown });
      return { known, back: showInLists(queries, ticket.id, shown) };
    },
    onError: async (error, what, kept) => {
      queries.setQueryData(key, kept?.known);
      kept?.back();
      void refresh();
      if (!(error instanceof ProblemError) || error.isPassing)
        return tellFailed(error, () => change.mutate(what));
      const { status, title, detail, errors, requestId } = error;
      const why = (await what.explain?.(error)) ?? `${detail || title}. ${t("inbox.ticket.rolledBack")}`;
      tellFailed(new ProblemError(status, title, why, errors, requestId));
    },
    onSuccess: (answer, { undo, said }) => {
      take(answer);
      void queries.invalidateQueries({ queryKey: ["tickets"] });
      if (!said) return;
      const back = () => undo?.().then(take).then(refresh, tellFailed);
      tellDone(said, undo && { label: t("app.undo"), onClick: () => void back() });
    },
  });
  return change;
}

export type TicketChange = ReturnType<typeof useTicketChange>;

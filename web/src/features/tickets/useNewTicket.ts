import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ProblemError } from "~/api/problem";
import type { Category, Impact, Linked, NewTicket, OwnTicket, Priority } from "~/api/schema";
import { useDraft } from "~/hooks/useDraft";
import type { Uploads } from "~/hooks/useUploads";
import { freshId } from "~/services/browser";
import { createTicket } from "~/services/supportService";
import { useMe } from "~/session/session";
import { tellFailed } from "~/ui/Toast";
import { CATEGORIES, PRIORITIES } from "./ticketSearch";

export const IMPACTS = ["none", "hindered", "blocked", "many"] as const satisfies Impact[];

interface Options {
  uploads: Uploads;
  /** What is asked instead of the priority. */
  asksImpact: boolean;
  follows: Linked | undefined;
  onDone: (ticket: OwnTicket) => void;
}

/** What is being asked, kept until it has been sent; then the files, into the ticket that there is by then. */
export function useNewTicket({ uploads, asksImpact, follows, onDone }: Options) {
  const me = useMe();
  const queries = useQueryClient();
  const name = `new.${me.id}${follows ? `.${follows.id}` : ""}`;
  const [title, setTitle, dropTitle] = useDraft(`${name}.title`);
  const [description, setDescription, dropDescription] = useDraft(`${name}.description`);
  const [category, setCategory, dropCategory] = useDraft(`${name}.category`);
  const [urgency, setUrgency, dropUrgency] = useDraft(`${name}.urgency`);
  // The same ticket, however often it has to be sent.
  const clientId = useRef(freshId());
  const [opened, setOpened] = useState<OwnTicket | null>(null);

  const fields = {
    title,
    description,
    category: CATEGORIES.find((known) => known === category) ?? ("general" satisfies Category),
    priority: PRIORITIES.find((known) => known === urgency) ?? ("medium" satisfies Priority),
    impact: IMPACTS.find((known) => known === urgency) ?? ("none" satisfies Impact),
  };

  function discard() {
    dropTitle();
    dropDescription();
    dropCategory();
    dropUrgency();
  }

  const send = useMutation({
    mutationFn: async () => {
      const asked: NewTicket = {
        title: title.trim(),
        description: description.trim(),
        category: fields.category,
        clientId: clientId.current,
        ...(asksImpact ? { impact: fields.impact } : { priority: fields.priority }),
        ...(follows && { follows: follows.id }),
      };
      const ticket = opened ?? (await createTicket(asked));
      setOpened(ticket);
      discard();
      void queries.invalidateQueries({ queryKey: ["tickets"] });
      return { ticket, failed: await uploads.send(ticket.id) };
    },
    onSuccess: ({ ticket, failed }) => {
      if (failed === 0) onDone(ticket);
    },
    onError: (error) => {
      if (problemAt(error, "title") || problemAt(error, "description")) return;
      tellFailed(error, () => send.mutate());
    },
  });

  return {
    ...fields,
    setTitle,
    setDescription,
    setCategory,
    setUrgency,
    discard,
    send: () => send.mutate(),
    isSending: send.isPending,
    /** The ticket that there is, while files of it are still missing. */
    opened,
    wrongAt: (field: "title" | "description") => problemAt(send.error, field),
  };
}

function problemAt(error: unknown, field: string): string | undefined {
  return error instanceof ProblemError ? error.at(field) : undefined;
}

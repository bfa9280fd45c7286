import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import type { FullTicket } from "~/api/schema";
import { ErrorPage } from "~/app/ErrorPages";
import { ChatWindow } from "~/features/chat/ChatWindow";
import { deskSettings } from "~/hooks/useSettings";
import { ticketById } from "~/hooks/useSupport";
import { useTitle } from "~/hooks/useTitle";
import { useUploads } from "~/hooks/useUploads";
import { useTranslation } from "~/i18n/useTranslation";
import { uploadNote } from "~/services/uploads";
import { WaitingPage } from "~/ui/Waiting";
import { Composer, type Mode } from "./Composer";
import { useCommands } from "./commands";
import { movesFrom } from "./moves";
import { usePresence, WritingToo } from "./Presence";
import { SidePanel, usePanel } from "./SidePanel";
import { TicketBar } from "./TicketBar";
import type { Field } from "./TicketFields";
import { useStaffExtras } from "./useStaffExtras";
import { showInLists } from "./useStaffList";
import { useTicketActions } from "./useTicketActions";
import type { StaffSearch } from "./views";

/** So many tickets stay in memory after one has looked at them. */
const KEPT = 20;

interface Props {
  ticketId: string;
  search: StaffSearch;
}

/** One ticket as staff work on it. */
export function StaffTicket({ ticketId, search }: Props) {
  const queries = useQueryClient();
  const { data: ticket, error } = useQuery({ ...ticketById(ticketId), gcTime: Number.POSITIVE_INFINITY });

  // biome-ignore lint/correctness/useExhaustiveDependencies: with each ticket that is opened, the oldest is let go
  useEffect(() => {
    const left = queries.getQueryCache().findAll({ queryKey: ["ticket"], type: "inactive" });
    const byAge = left.toSorted((one, other) => other.state.dataUpdatedAt - one.state.dataUpdatedAt);
    for (const { queryKey } of byAge.slice(KEPT)) queries.removeQueries({ queryKey, exact: true });
  }, [queries, ticketId]);

  // With the page itself it is drawn bit by bit, so that the page answers meanwhile; after that, at once.
  const isDrawn = useDeferredValue(ticket !== undefined);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isDrawn) isFirst.current = false;
  }, [isDrawn]);
  if (!ticket || (isFirst.current && !isDrawn)) {
    return error ? <ErrorPage error={error} /> : <WaitingPage />;
  }
  return <OpenTicket key={ticket.id} ticket={ticket} search={search} />;
}

function OpenTicket({ ticket, search }: { ticket: FullTicket; search: StaffSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [withTimeline, setWithTimeline] = useTimelineChoice();
  const [mode, setMode] = useState<Mode>("answer");
  const [asked, setAsked] = useState(0);
  const [field, setField] = useState<Field | null>(null);
  const extras = useStaffExtras(ticket, withTimeline);
  const present = usePresence(ticket.id);
  const actions = useTicketActions(ticket);
  const panel = usePanel();
  const queries = useQueryClient();
  const { data: settings } = useQuery(deskSettings());
  const largest = settings?.maxFileSize ?? Number.POSITIVE_INFINITY;
  const noteFiles = useUploads(largest, uploadNote);
  useTitle(ticket.title);

  // What is read here is read in the lists.
  const isRead = ticket.unreadCount === 0;
  useEffect(() => {
    if (isRead) showInLists(queries, ticket.id, { unreadCount: 0 });
  }, [isRead, queries, ticket.id]);

  const write = (next: Mode) => {
    setMode(next);
    setAsked((times) => times + 1);
  };
  const openField = (next: Field) => {
    panel.show(true);
    setField(next);
  };
  useCommands({
    reply: () => write("answer"),
    note: () => write("note"),
    priority: () => openField("priority"),
    tags: () => openField("tags"),
  });
  return (
    <div className="flex h-full min-w-0 flex-1">
      <main className="flex h-full min-w-0 flex-1 flex-col">
        <TicketBar
          ticket={ticket}
          search={search}
          actions={actions}
          present={present}
          withTimeline={withTimeline}
          onTimeline={setWithTimeline}
          isPanelShown={panel.isShown}
          onPanel={() => panel.show(!panel.isShown)}
          onLeave={() => void navigate({ to: "/support", search })}
        />
        <div className="min-h-0 flex-1">
          <ChatWindow
            ticket={ticket}
            extras={extras}
            onlySaid={!withTimeline}
            typingElsewhere={present.filter(({ state }) => state === "typing").map(({ id }) => id)}
            onNoteFiles={mode === "note" ? noteFiles.add : undefined}
            onLast={
              movesFrom(ticket.status).includes("resolved") ? () => actions.move("resolved") : undefined
            }
            onMovedOn={(id) => void navigate({ to: "/support/$ticketId", params: { ticketId: id }, search })}
            compose={(answer) => (
              <>
                <WritingToo staff={present} />
                <Composer
                  ticket={ticket}
                  answer={answer}
                  files={noteFiles}
                  largest={largest}
                  mode={mode}
                  asked={asked}
                  onMode={write}
                />
              </>
            )}
            {...(ticket.status === "closed" && { hint: t("chat.closedHint") })}
          />
        </div>
      </main>
      <SidePanel ticket={ticket} change={actions.change} panel={panel} asked={field} onAsked={setField} />
    </div>
  );
}

const KEPT_AS = "roomdesk.timeline";

/** Everything that happened, or messages only, as it was chosen last. */
function useTimelineChoice(): [boolean, (withTimeline: boolean) => void] {
  const [isShown, setShown] = useState(() => {
    try {
      return localStorage.getItem(KEPT_AS) !== "off";
    } catch {
      return true;
    }
  });
  const choose = (next: boolean) => {
    setShown(next);
    try {
      localStorage.setItem(KEPT_AS, next ? "on" : "off");
    } catch {
      // It lasts as long as the page.
    }
  };
  return [isShown, choose];
}

import { Menu } from "@base-ui/react/menu";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FullTicket, TicketStatus } from "~/api/schema";
import { ErrorPage } from "~/app/ErrorPages";
import { ChatWindow } from "~/features/chat/ChatWindow";
import { CloseDialog } from "~/features/tickets/CloseDialog";
import { STATUSES } from "~/features/tickets/ticketSearch";
import { ticketById } from "~/hooks/useSupport";
import * as live from "~/services/socketService";
import { assignTicket, claimTicket, reopenTicket, updateTicketStatus } from "~/services/supportService";
import { useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { PriorityBadge, StatusBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { BackIcon, ChevronIcon, LockIcon, UserIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";
import { tellDone, tellFailed } from "~/ui/Toast";
import { Waiting } from "~/ui/Waiting";
import { Composer, useStaffExtras } from "./notes";
import type { StaffSearch } from "./views";

const AssignTicketModal = lazy(() => import("./AssignTicketModal"));

/** One ticket as staff work on it. */
export function StaffTicket({ ticketId, search }: { ticketId: string; search: StaffSearch }) {
  const { data: ticket, error } = useQuery(ticketById(ticketId));
  if (!ticket) {
    return error ? <ErrorPage error={error} /> : <Waiting />;
  }
  return <OpenTicket key={ticket.id} ticket={ticket} search={search} />;
}

function OpenTicket({ ticket, search }: { ticket: FullTicket; search: StaffSearch }) {
  const { t } = useTranslation();
  const [withTimeline, setWithTimeline] = useState(false);
  const extras = useStaffExtras(ticket, withTimeline);
  return (
    <div className="flex h-full min-w-0 flex-1">
      <div className="flex h-full min-w-0 flex-1 flex-col">
        <Header ticket={ticket} search={search} withTimeline={withTimeline} onTimeline={setWithTimeline} />
        <div className="min-h-0 flex-1">
          <ChatWindow
            ticket={ticket}
            extras={extras}
            compose={(answer) => <Composer ticket={ticket} answer={answer} />}
            {...(ticket.status === "closed" && { hint: t("chat.closedHint") })}
          />
        </div>
      </div>
      <SidePanel ticket={ticket} />
    </div>
  );
}

interface HeaderProps {
  ticket: FullTicket;
  search: StaffSearch;
  withTimeline: boolean;
  onTimeline: (withTimeline: boolean) => void;
}

function Header({ ticket, search, withTimeline, onTimeline }: HeaderProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { change, refresh } = useTicketChange(ticket);
  const [isAssigning, setAssigning] = useState(false);
  const [isClosing, setClosing] = useState(false);
  const before = ticket.assignedTo;

  const assign = (person: { id: string; displayName: string } | null) =>
    change.mutate({
      shown: { assignedTo: person && { role: "instructor", avatarUrl: null, ...person } },
      done: () => assignTicket(ticket.id, person?.id ?? null),
      undo: () => assignTicket(ticket.id, before?.id ?? null),
      said: person ? t("staff.assign.done", { name: person.displayName }) : t("staff.assign.nobodyDone"),
    });
  const claim = () =>
    change.mutate({
      shown: { assignedTo: me },
      done: () => claimTicket(ticket.id),
      undo: null,
      said: t("staff.assign.mine"),
    });
  const setStatus = (status: TicketStatus) => {
    if (status === "closed" || status === "resolved") return setClosing(true);
    const old = ticket.status;
    const isDone = old === "closed" || old === "resolved";
    change.mutate({
      shown: { status },
      done: () =>
        isDone && status === "open" ? reopenTicket(ticket.id) : updateTicketStatus(ticket.id, status),
      undo: isDone ? null : () => updateTicketStatus(ticket.id, old),
      said: t("ticket.statusChanged", { number: ticket.ticketId, status: t(`status.${status}`) }),
    });
  };

  return (
    <header className="border-b border-line bg-surface px-4 py-2.5">
      <div className="flex items-center gap-2">
        <Link
          to="/support"
          search={search}
          aria-label={t("ticket.back")}
          className="grid size-8 shrink-0 place-items-center rounded-lg text-muted hover:bg-hover md:hidden"
        >
          <BackIcon />
        </Link>
        <h1 className="min-w-0 flex-1 truncate text-base font-semibold" title={ticket.title}>
          {ticket.title}
        </h1>
        {ticket.confidential && (
          <span className="inline-flex items-center gap-1 rounded-full bg-danger-soft px-2 py-0.5 text-xs font-medium text-danger">
            <LockIcon className="size-3.5" />
            {t("ticket.confidential")}
          </span>
        )}
      </div>
      <div className="mt-1.5 flex flex-wrap items-center gap-2">
        <StatusMenu status={ticket.status} onChange={setStatus} />
        {ticket.assignedTo?.id !== me.id && (
          <Button size="small" kind="primary" onClick={claim} isBusy={change.isPending}>
            {t("staff.assign.toMe")}
          </Button>
        )}
        <Button size="small" icon={<UserIcon />} onClick={() => setAssigning(true)}>
          {ticket.assignedTo?.displayName ?? t("ticket.unassigned")}
        </Button>
        {ticket.status !== "closed" && (
          <Button size="small" onClick={() => setClosing(true)}>
            {t("ticket.close")}
          </Button>
        )}
        <label className="ml-auto flex items-center gap-1.5 text-xs text-muted">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={withTimeline}
            onChange={(event) => onTimeline(event.target.checked)}
          />
          {t("ticket.history")}
        </label>
        <Present ticket={ticket.id} />
      </div>
      <Suspense>
        {isAssigning && (
          <AssignTicketModal
            isOpen
            onOpenChange={setAssigning}
            current={ticket.assignedTo?.id}
            onAssign={assign}
          />
        )}
      </Suspense>
      <CloseDialog
        ticket={ticket}
        isOpen={isClosing}
        onOpenChange={setClosing}
        onClosed={refresh}
        asksResolution
      />
    </header>
  );
}

interface Change {
  /** How the ticket looks meanwhile. */
  shown: Partial<FullTicket>;
  done: () => Promise<unknown>;
  undo: (() => Promise<unknown>) | null;
  said: string;
}

/** Shows a change at once, and takes it back with an explanation when the desk refuses it. */
function useTicketChange(ticket: FullTicket) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const key = ["ticket", ticket.ticketId];
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: key }),
      queries.invalidateQueries({ queryKey: ["tickets"] }),
    ]);
  const change = useMutation({
    mutationFn: ({ done }: Change) => done(),
    onMutate: async ({ shown }) => {
      await queries.cancelQueries({ queryKey: key });
      const known = queries.getQueryData<FullTicket>(key);
      queries.setQueryData<FullTicket>(key, (now) => now && { ...now, ...shown });
      return { known };
    },
    onError: (error, what, kept) => {
      queries.setQueryData(key, kept?.known);
      tellFailed(error, () => change.mutate(what));
    },
    onSuccess: (_, { undo, said }) => {
      const back = undo && { label: t("app.undo"), onClick: () => void undo().then(refresh, tellFailed) };
      tellDone(said, back ?? undefined);
    },
    onSettled: refresh,
  });
  return { change, refresh };
}

function StatusMenu({
  status,
  onChange,
}: {
  status: TicketStatus;
  onChange: (status: TicketStatus) => void;
}) {
  const { t } = useTranslation();
  return (
    <Menu.Root>
      <Menu.Trigger
        className="inline-flex h-7 items-center gap-1 rounded-lg pr-1 hover:bg-hover"
        aria-label={t("status.label")}
      >
        <StatusBadge status={status} />
        <ChevronIcon className="size-4 text-muted" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="start" sideOffset={4} className="z-40">
          <Menu.Popup className="rounded-xl border border-line bg-raised p-1.5 shadow-pop outline-none">
            {STATUSES.map((name) => (
              <Menu.Item
                key={name}
                disabled={name === status}
                onClick={() => onChange(name)}
                className="rounded-md px-2 py-1.5 outline-none data-disabled:opacity-50 data-highlighted:bg-hover"
              >
                <StatusBadge status={name} />
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Who else of staff looks at this ticket, and who of them is writing. */
function Present({ ticket }: { ticket: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const [staff, setStaff] = useState<live.Presence["staff"]>([]);
  useEffect(() => {
    return live.on("presence-in-ticket", (told) => {
      if (told.ticket === ticket) setStaff(told.staff.filter((other) => other.id !== me.id));
    });
  }, [ticket, me.id]);
  if (staff.length === 0) return null;
  return (
    <ul className="flex -space-x-1.5">
      {staff.map((other) => {
        const words = t(other.state === "typing" ? "staff.present.typing" : "staff.present.viewing", {
          name: other.displayName,
        });
        return (
          <li
            key={other.id}
            title={words}
            className={
              other.state === "typing" ? "rounded-full ring-2 ring-info" : "rounded-full ring-2 ring-surface"
            }
          >
            <span className="sr-only">{words}</span>
            <Avatar name={other.displayName} url={other.avatarUrl} size={24} />
          </li>
        );
      })}
    </ul>
  );
}

function SidePanel({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const rows: [string, React.ReactNode][] = [
    [t("priority.label"), <PriorityBadge key="p" priority={ticket.priority} />],
    [t("category.label"), t(`category.${ticket.category}`)],
    [t("ticket.team"), ticket.team?.name ?? "–"],
    [t("ticket.context"), ticket.context ?? "–"],
    [t("ticket.tags"), ticket.tags?.length ? ticket.tags.join(", ") : "–"],
    [t("ticket.opened"), <RelativeTime key="o" at={ticket.createdAt} />],
  ];
  return (
    <aside
      aria-label={t("ticket.details")}
      className="w-64 shrink-0 overflow-y-auto border-l border-line bg-surface p-4 text-sm max-xl:hidden"
    >
      <div className="flex items-center gap-3">
        <Avatar name={ticket.createdBy.displayName} url={ticket.createdBy.avatarUrl} size={40} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{ticket.createdBy.displayName}</p>
          <p className="tabular text-xs text-muted">{ticket.ticketId}</p>
        </div>
      </div>
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
      <h2 className="mt-5 mb-1.5 text-xs font-semibold text-muted">{t("ticket.participants")}</h2>
      <ul className="flex flex-col gap-1.5">
        {ticket.participants.map((person) => (
          <li key={person.id} className="flex items-center gap-2">
            <Avatar name={person.displayName} url={person.avatarUrl} size={22} />
            <span className="truncate">{person.displayName}</span>
          </li>
        ))}
      </ul>
    </aside>
  );
}

import { Menu } from "@base-ui/react/menu";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import type { FullTicket, TicketStatus } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { copyText } from "~/services/browser";
import { useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { StatusBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { BackIcon, CheckIcon, ChevronIcon, LockIcon, MoreIcon, PanelIcon, UserIcon } from "~/ui/icons";
import { later } from "~/ui/later";
import { MENU_ITEM, MenuChoice, MenuPopup } from "~/ui/MenuPopup";
import { tellDone, tellFailed } from "~/ui/Toast";
import { ChoiceMenu } from "./ChoiceMenu";
import { useCommands } from "./commands";
import { EditableTitle } from "./EditableTitle";
import { KeyTip } from "./KeyTip";
import { movesFrom } from "./moves";
import { Present, type usePresence } from "./Presence";
import type { TicketActions } from "./useTicketActions";
import type { StaffSearch } from "./views";

const AssignTicketModal = later(() => import("./AssignTicketModal"));
const ResolveDialog = later(() => import("./ResolveDialog").then((all) => ({ default: all.ResolveDialog })));

interface Props {
  ticket: FullTicket;
  search: StaffSearch;
  actions: TicketActions;
  present: ReturnType<typeof usePresence>;
  withTimeline: boolean;
  onTimeline: (withTimeline: boolean) => void;
  isPanelShown: boolean;
  onPanel: () => void;
  /** Goes back to the list. */
  onLeave: () => void;
}

/** What a ticket is called, how it stands, who has it, and what can be done about that. */
export function TicketBar({ ticket, search, actions, present, onLeave, ...view }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const { assign, claim, move, leaveUnread } = actions;
  const [isAssigning, setAssigning] = useState(false);
  const [isMoving, setMoving] = useState(false);
  const [ending, setEnding] = useState<"resolved" | "closed" | null>(null);
  const legal = movesFrom(ticket.status);
  const isMine = ticket.assignedTo?.id === me.id;

  const setStatus = (status: TicketStatus) => {
    if (status === "resolved" || status === "closed") setEnding(status);
    else move(status);
  };
  const copy = () =>
    copyText(ticket.ticketId).then(
      () => tellDone(t("inbox.ticket.copied", { number: ticket.ticketId })),
      tellFailed,
    );
  const markUnread = () => void leaveUnread().then((isLeft) => isLeft && onLeave());

  useCommands({
    assign: () => setAssigning(true),
    claim: isMine ? undefined : claim,
    status: () => setMoving(true),
    resolve: legal.includes("resolved") ? () => setEnding("resolved") : undefined,
    close: legal.includes("closed") ? () => setEnding("closed") : undefined,
    unread: markUnread,
    copyNumber: () => void copy(),
    timeline: () => view.onTimeline(!view.withTimeline),
    panel: view.onPanel,
    back: onLeave,
  });

  return (
    <header className="border-b border-line bg-surface px-4 pt-2 pb-2.5">
      <div className="flex items-center gap-2">
        <Link
          to="/support"
          search={search}
          aria-label={t("ticket.back")}
          className="-ml-1.5 grid size-8 shrink-0 place-items-center rounded-lg text-muted hover:bg-hover md:hidden"
        >
          <BackIcon />
        </Link>
        <EditableTitle ticket={ticket} change={actions.change} />
        {ticket.confidential && (
          <span className="inline-flex shrink-0 items-center gap-1 rounded-full bg-danger-soft px-2 py-0.5 text-xs font-medium text-danger">
            <LockIcon className="size-3.5" />
            {t("ticket.confidential")}
          </span>
        )}
        <Present staff={present} />
        <MoreMenu onUnread={markUnread} onCopy={() => void copy()} {...view} />
        <KeyTip
          command="panel"
          label={t(view.isPanelShown ? "inbox.ticket.hidePanel" : "inbox.ticket.showPanel")}
        >
          <Button
            kind="quiet"
            size="icon-small"
            aria-label={t(view.isPanelShown ? "inbox.ticket.hidePanel" : "inbox.ticket.showPanel")}
            aria-expanded={view.isPanelShown}
            icon={<PanelIcon />}
            onClick={view.onPanel}
          />
        </KeyTip>
      </div>
      <div className="mt-1.5 flex flex-wrap items-center gap-2">
        <ChoiceMenu
          label={t("inbox.ticket.status")}
          value={ticket.status}
          choices={[ticket.status, ...legal].map((status) => ({
            value: status,
            label: <StatusBadge status={status} />,
          }))}
          onChange={setStatus}
          isOpen={isMoving}
          onOpenChange={setMoving}
          trigger={
            <button
              type="button"
              aria-label={`${t("inbox.ticket.status")}: ${t(`status.${ticket.status}`)}`}
              className="inline-flex h-7 items-center gap-1 rounded-lg border border-line pr-1 pl-0.5 hover:bg-hover"
            >
              <StatusBadge status={ticket.status} />
              <ChevronIcon className="size-4 text-muted" />
            </button>
          }
        />
        {!isMine && (
          <KeyTip command="claim">
            <Button size="small" kind={ticket.assignedTo ? "secondary" : "primary"} onClick={claim}>
              {t("staff.assign.toMe")}
            </Button>
          </KeyTip>
        )}
        <KeyTip command="assign">
          <Button
            size="small"
            className="max-w-56 min-w-0 !shrink"
            aria-label={`${t("ticket.assignee")}: ${ticket.assignedTo?.displayName ?? t("ticket.unassigned")}`}
            icon={
              ticket.assignedTo ? (
                <Avatar name={ticket.assignedTo.displayName} url={ticket.assignedTo.avatarUrl} size={18} />
              ) : (
                <UserIcon className="size-4" />
              )
            }
            onClick={() => setAssigning(true)}
          >
            <span className="truncate">{ticket.assignedTo?.displayName ?? t("ticket.unassigned")}</span>
          </Button>
        </KeyTip>
        {legal.includes("resolved") && (
          <KeyTip command="resolve">
            <Button
              size="small"
              icon={<CheckIcon className="size-4" />}
              onClick={() => setEnding("resolved")}
            >
              {t("inbox.ticket.resolve")}
            </Button>
          </KeyTip>
        )}
        {legal.includes("closed") && (
          <Button size="small" onClick={() => setEnding("closed")}>
            {t("inbox.ticket.close")}
          </Button>
        )}
        {ticket.status === "closed" && (
          <Button size="small" onClick={() => move("open")}>
            {t("inbox.ticket.reopen")}
          </Button>
        )}
      </div>
      {ticket.resolution && (
        <p className="mt-2 rounded-lg bg-good-soft px-3 py-1.5 text-sm text-text">{ticket.resolution}</p>
      )}
      <Suspense>
        {isAssigning && (
          <AssignTicketModal
            isOpen
            onOpenChange={setAssigning}
            current={ticket.assignedTo?.id}
            onAssign={assign}
          />
        )}
        {ending && (
          <ResolveDialog
            ticket={ticket}
            to={ending}
            onOpenChange={(isOpen) => !isOpen && setEnding(null)}
            onDone={(resolution, drop) => move(ending, resolution, drop)}
          />
        )}
      </Suspense>
    </header>
  );
}

interface MoreProps {
  withTimeline: boolean;
  onTimeline: (withTimeline: boolean) => void;
  onUnread: () => void;
  onCopy: () => void;
}

function MoreMenu({ withTimeline, onTimeline, onUnread, onCopy }: MoreProps) {
  const { t } = useTranslation();
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <Button kind="quiet" size="icon-small" aria-label={t("inbox.ticket.more")} icon={<MoreIcon />} />
        }
      />
      <MenuPopup align="end">
        <Menu.Item className={MENU_ITEM} onClick={onUnread}>
          {t("inbox.ticket.markUnread")}
        </Menu.Item>
        <Menu.Item className={MENU_ITEM} onClick={onCopy}>
          {t("inbox.ticket.copyNumber")}
        </Menu.Item>
        <Menu.Separator className="my-1.5 h-px bg-line" />
        <Menu.Group>
          <Menu.GroupLabel className="px-2.5 py-1 text-xs text-muted">
            {t("inbox.ticket.timeline")}
          </Menu.GroupLabel>
          <Menu.RadioGroup value={withTimeline} onValueChange={onTimeline}>
            {[true, false].map((value) => (
              <MenuChoice key={String(value)} value={value}>
                {t(value ? "inbox.ticket.everything" : "inbox.ticket.messagesOnly")}
              </MenuChoice>
            ))}
          </Menu.RadioGroup>
        </Menu.Group>
      </MenuPopup>
    </Menu.Root>
  );
}

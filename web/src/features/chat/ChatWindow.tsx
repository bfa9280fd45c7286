import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Virtuoso, type VirtuosoHandle } from "react-virtuoso";
import type { FullTicket, Message } from "~/api/schema";
import { useChat } from "~/hooks/useChat";
import { useUploads } from "~/hooks/useUploads";
import * as live from "~/services/socketService";
import { deleteMessage, editMessage, markAsRead, retryMessage } from "~/services/supportService";
import { useMe } from "~/session/session";
import { Button } from "~/ui/Button";
import { ChevronIcon } from "~/ui/icons";
import { tellFailed } from "~/ui/Toast";
import type { Outgoing } from "./conversation";
import { MessageBubble, OutgoingBubble } from "./MessageBubble";
import { MessageInput } from "./MessageInput";
import { TypingIndicator } from "./TypingIndicator";
import { UploadList } from "./UploadList";

/** What follows another message of the same person within so long belongs to it. */
const TOGETHER_MS = 5 * 60_000;
/** The index of the first message that is known: what comes before counts down from it. */
const FIRST = 1_000_000;

type Row =
  | {
      kind: "message";
      key: string;
      message: Message;
      day: string | null;
      isContinued: boolean;
      isFirstUnread: boolean;
    }
  | { kind: "extra"; key: string; extra: Extra }
  | { kind: "outgoing"; key: string; outgoing: Outgoing };

/** What stands between the messages for those who see more: a note, a line of the timeline. */
export interface Extra {
  key: string;
  at: string;
  node: ReactNode;
}

function dayOf(at: string): string {
  return new Date(at).toDateString();
}

function rowsOf(
  messages: Message[],
  outgoing: Outgoing[],
  extras: Extra[],
  firstUnread: string | null,
): Row[] {
  const said: Row[] = messages.map((message, index) => {
    const before = messages[index - 1];
    const isNewDay = !before || dayOf(before.createdAt) !== dayOf(message.createdAt);
    const isContinued =
      !isNewDay &&
      before.messageType !== "system" &&
      before.sender.id === message.sender.id &&
      message.id !== firstUnread &&
      Date.parse(message.createdAt) - Date.parse(before.createdAt) < TOGETHER_MS;
    const day = isNewDay ? message.createdAt : null;
    return {
      kind: "message",
      key: message.id,
      message,
      day,
      isContinued,
      isFirstUnread: message.id === firstUnread,
    };
  });
  const rows = merged(said, extras);
  return rows.concat(outgoing.map((one) => ({ kind: "outgoing", key: one.clientId, outgoing: one })));
}

/** Extras where their time puts them; those from before the first message that is known are left out. */
function merged(said: Row[], extras: Extra[]): Row[] {
  if (extras.length === 0) return said;
  const rows: Row[] = [];
  const left = extras.toSorted((one, other) => one.at.localeCompare(other.at));
  for (const row of said) {
    const at = row.kind === "message" ? row.message.createdAt : "";
    while (left[0] && left[0].at < at) {
      const extra = left.shift() as Extra;
      if (rows.length > 0) rows.push({ kind: "extra", key: extra.key, extra });
    }
    rows.push(row);
  }
  return rows.concat(left.map((extra) => ({ kind: "extra", key: extra.key, extra })));
}

interface Props {
  ticket: FullTicket;
  /** What writing does, when it does more than usual. */
  hint?: string;
  extras?: Extra[];
  /** Around where one writes: another way of writing beside it. */
  compose?: (answer: ReactNode) => ReactNode;
}

const NONE: Extra[] = [];

/** A ticket's conversation: what was said, who types, and where one writes. */
export function ChatWindow({ ticket, hint, extras = NONE, compose = (answer) => answer }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const chat = useChat(ticket);
  const uploads = useUploads(ticket.id);
  const list = useRef<VirtuosoHandle>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [editing, setEditing] = useState<Message | null>(null);
  const [firstUnread] = useState(() => firstUnreadOf(ticket, me.id));
  const rows = useMemo(
    () => rowsOf(chat.messages, chat.outgoing, extras, firstUnread),
    [chat.messages, chat.outgoing, extras, firstUnread],
  );
  const known = useRef(chat.messages[0]?.id);
  const [first, setFirst] = useState(FIRST);
  const byId = useMemo(() => new Map(chat.messages.map((message) => [message.id, message])), [chat.messages]);
  const latest = chat.messages.at(-1);

  // What came before the first known message moves the first index back by as much.
  useEffect(() => {
    const place = chat.messages.findIndex((message) => message.id === known.current);
    if (place > 0) setFirst((index) => index - place);
    known.current = chat.messages[0]?.id;
  }, [chat.messages]);

  useEffect(() => {
    if (!latest || !isAtBottom || latest.sender.id === me.id) return;
    if (latest.readBy.some((read) => read.user === me.id)) return;
    const read = () => {
      if (document.visibilityState !== "visible") return;
      live.markRead(latest.id).catch(() => markAsRead(latest.id).catch(() => undefined));
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [latest, isAtBottom, me.id]);

  async function submit(text: string) {
    if (!editing) {
      chat.send(text, replyTo?.id ?? null);
      setReplyTo(null);
      return;
    }
    const { id } = editing;
    setEditing(null);
    await editMessage(id, text).catch((error) => tellFailed(error, () => submit(text)));
  }

  return (
    <section aria-label={t("chat.label")} className="flex h-full min-h-0 flex-col">
      <div className="relative min-h-0 flex-1">
        <Virtuoso
          ref={list}
          data={rows}
          firstItemIndex={first}
          initialTopMostItemIndex={Math.max(rows.length - 1, 0)}
          computeItemKey={(_, row) => row.key}
          startReached={() => void chat.loadEarlier().catch(tellFailed)}
          followOutput={(atBottom) => (atBottom ? "smooth" : false)}
          atBottomStateChange={setAtBottom}
          atBottomThreshold={80}
          increaseViewportBy={400}
          role="log"
          aria-label={t("chat.log")}
          aria-live="polite"
          aria-relevant="additions"
          tabIndex={0}
          className="h-full"
          context={chat.earlier === null}
          components={PARTS}
          itemContent={(_, row) => (
            <div className="mx-auto max-w-3xl px-4">
              {row.kind === "extra" ? (
                row.extra.node
              ) : row.kind === "outgoing" ? (
                <OutgoingBubble outgoing={row.outgoing} onAgain={chat.again} onDrop={chat.drop} />
              ) : (
                <>
                  {row.day && <DaySeparator at={row.day} />}
                  {row.isFirstUnread && <UnreadSeparator />}
                  <MessageBubble
                    message={row.message}
                    isMine={row.message.sender.id === me.id}
                    isContinued={row.isContinued}
                    repliedTo={row.message.replyTo ? byId.get(row.message.replyTo) : undefined}
                    onReply={setReplyTo}
                    onEdit={setEditing}
                    onDelete={(message) => void deleteMessage(message.id).catch(tellFailed)}
                    onRetry={(message) => void retryMessage(message.id).catch(tellFailed)}
                  />
                </>
              )}
            </div>
          )}
        />
        {!isAtBottom && (
          <Button
            size="icon"
            aria-label={t("chat.toBottom")}
            icon={<ChevronIcon />}
            className="absolute right-4 bottom-3 rounded-full shadow-pop"
            onClick={() => list.current?.scrollToIndex({ index: "LAST", behavior: "smooth" })}
          />
        )}
      </div>
      <div className="mx-auto w-full max-w-3xl px-4">
        <TypingIndicator people={chat.typing} />
      </div>
      <div className="mx-auto w-full max-w-3xl">
        <UploadList uploads={uploads} />
        {compose(
          <MessageInput
            ticket={ticket.id}
            hint={hint}
            replyTo={replyTo}
            editing={editing}
            onCancel={() => {
              setReplyTo(null);
              setEditing(null);
            }}
            onSend={(text) => void submit(text)}
            onFiles={uploads.add}
          />,
        )}
      </div>
    </section>
  );
}

const PARTS = { Header: Beginning };

function firstUnreadOf(ticket: FullTicket, me: string): string | null {
  if (ticket.unreadCount === 0) return null;
  const others = ticket.messages.items.filter(
    (message) => message.sender.id !== me && message.messageType !== "system",
  );
  return others.at(-ticket.unreadCount)?.id ?? null;
}

/** What stands above the first message; the context is whether it is the first of all. */
function Beginning({ context }: { context?: boolean }) {
  const { t } = useTranslation();
  return (
    <p className="py-4 text-center text-xs text-muted">{context ? t("chat.beginning") : t("app.loading")}</p>
  );
}

function DaySeparator({ at }: { at: string }) {
  const { t, i18n } = useTranslation();
  const today = new Date();
  const yesterday = new Date(today.getTime() - 24 * 3600_000);
  const day = dayOf(at);
  const word =
    day === today.toDateString()
      ? t("chat.today")
      : day === yesterday.toDateString()
        ? t("chat.yesterday")
        : new Intl.DateTimeFormat(i18n.language, { dateStyle: "long" }).format(Date.parse(at));
  return (
    <h3 className="flex items-center gap-3 pt-5 pb-1 text-xs font-medium text-muted">
      <span className="h-px flex-1 bg-line" />
      {word}
      <span className="h-px flex-1 bg-line" />
    </h3>
  );
}

function UnreadSeparator() {
  const { t } = useTranslation();
  return (
    <h3 className="flex items-center gap-3 pt-4 text-xs font-semibold text-accent-text">
      <span className="h-px flex-1 bg-accent" />
      {t("chat.unreadFromHere")}
      <span className="h-px flex-1 bg-accent" />
    </h3>
  );
}

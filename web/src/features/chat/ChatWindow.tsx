import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useDropzone } from "react-dropzone";
import type { FullTicket, Message } from "~/api/schema";
import { OpenInMatrix } from "~/features/tickets/OpenInMatrix";
import { useChat } from "~/hooks/useChat";
import { deskSettings } from "~/hooks/useSettings";
import { useUploads } from "~/hooks/useUploads";
import { useTranslation } from "~/i18n/useTranslation";
import { retryMessage } from "~/services/supportService";
import { isStaff, useMe } from "~/session/session";
import { cx } from "~/ui/cx";
import { tellDone, tellFailed } from "~/ui/Toast";
import { Announcer } from "./Announcer";
import { Beginning } from "./Beginning";
import { type ChatContent, ChatContext } from "./chatContext";
import { LatestButton } from "./LatestButton";
import { MessageBubble } from "./MessageBubble";
import { MessageInput } from "./MessageInput";
import { MessageList, rowIn } from "./MessageList";
import { OutgoingBubble } from "./OutgoingBubble";
import { type Extra, firstUnreadOf, newAfter, picturesOf, rowsOf } from "./rows";
import { DaySeparator, UnreadSeparator } from "./Separators";
import { TypingIndicator } from "./TypingIndicator";
import { EDITABLE_MS } from "./time";
import { UploadList } from "./UploadList";
import { useDeletion } from "./useDeletion";
import { useReading } from "./useReading";

export type { Extra } from "./rows";

/** For so long a message to which one was led stands out. */
const POINTED_MS = 2_000;

interface Props {
  ticket: FullTicket;
  /** What writing does, when it does more than usual. */
  hint?: string;
  extras?: Extra[];
  /** Leaves out what the desk says by itself. */
  onlySaid?: boolean;
  /** Around where one writes: another way of writing beside it. */
  compose?: (answer: ReactNode) => ReactNode;
  /** Takes the files that are dropped, while one writes otherwise than to everybody. */
  onNoteFiles?: ((files: File[]) => void) | undefined;
  /** Those of whom is said elsewhere that they write. */
  typingElsewhere?: readonly string[];
  /** What follows an answer that was the last one (Ctrl, Shift and Enter), once it is there. */
  onLast?: (() => void) | undefined;
  /** Told when what was written opened another ticket. */
  onMovedOn?: (ticket: string) => void;
}

const NONE: Extra[] = [];
const NOBODY: readonly string[] = [];

/** A ticket's conversation: what was said, who types, and where one writes. */
export function ChatWindow({
  ticket,
  hint,
  extras = NONE,
  onlySaid = false,
  compose = (answer) => answer,
  onNoteFiles,
  typingElsewhere = NOBODY,
  onLast,
  onMovedOn,
}: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const chat = useChat(ticket, onMovedOn);
  const { data: settings } = useQuery(deskSettings());
  const largest = settings?.maxFileSize ?? Number.POSITIVE_INFINITY;
  const uploads = useUploads(largest);
  const list = useRef<HTMLDivElement>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [editing, setEditing] = useState<Message | null>(null);
  const [pointedAt, setPointedAt] = useState<string | null>(null);
  const [firstUnread] = useState(() => firstUnreadOf(ticket, me.id));
  const { gone, ask: askDelete } = useDeletion(chat.remove);

  const messages = useMemo(
    () =>
      gone.size === 0
        ? chat.messages
        : chat.messages.map((one) => (gone.has(one.id) ? { ...one, isDeleted: true } : one)),
    [chat.messages, gone],
  );
  const rows = useMemo(() => {
    const shown = onlySaid ? messages.filter((one) => one.messageType !== "system") : messages;
    return rowsOf({ messages: shown, outgoing: chat.outgoing, extras, firstUnread, me: me.id });
  }, [messages, onlySaid, chat.outgoing, extras, firstUnread, me.id]);
  const rowsNow = useRef(rows);
  rowsNow.current = rows;
  const latest = messages.at(-1);
  const seen = useRef(latest?.place ?? 0);
  if (isAtBottom) seen.current = latest?.place ?? 0;
  useReading(ticket, latest, isAtBottom, me.id);

  useEffect(() => {
    if (pointedAt === null) return;
    const timer = setTimeout(() => setPointedAt(null), POINTED_MS);
    return () => clearTimeout(timer);
  }, [pointedAt]);

  const { getRootProps, isDragActive } = useDropzone({
    onDrop: onNoteFiles ?? uploads.add,
    noClick: true,
    noKeyboard: true,
    disabled: editing !== null && !onNoteFiles,
  });

  function saveEdit(message: Message, text: string) {
    if (text === "" || text === message.message) return;
    chat.edit(message, text).catch((error) => tellFailed(error, () => saveEdit(message, text)));
  }

  function submit(text: string, mentions: string[], isLast: boolean) {
    if (editing) {
      saveEdit(editing, text);
      setEditing(null);
      return;
    }
    const said = text === "" || chat.send({ text, replyTo: replyTo?.id ?? null, mentions });
    setReplyTo(null);
    const failed = uploads.isReady ? uploads.send(ticket.id) : 0;
    if (isLast) {
      void Promise.all([said, failed]).then(([isSaid, missing]) => isSaid && missing === 0 && onLast?.());
    }
    requestAnimationFrame(toEnd);
  }

  const toEnd = () => list.current?.scrollTo({ top: 0 });

  const { loadEarlier, toggleReaction } = chat;
  /** Leads to a message, reading back as far as it takes. */
  const jump = useCallback(
    async (id: string) => {
      const find = () => rowsNow.current.find((row) => row.kind === "message" && row.message.id === id);
      while (!find() && (await loadEarlier())) await nextFrame();
      await nextFrame();
      const row = find();
      if (!row) return tellDone(t("talk.notFoundAnyMore"));
      rowIn(list.current, row.key)?.scrollIntoView({ block: "center" });
      setPointedAt(id);
    },
    [loadEarlier, t],
  );

  function editLast() {
    const last = messages.findLast((one) => one.sender.id === me.id && one.messageType === "text");
    const isRecent = last && Date.now() - Date.parse(last.createdAt) < EDITABLE_MS;
    if (isRecent && !last.isDeleted) setEditing(last);
  }

  const byId = useMemo(() => new Map(messages.map((message) => [message.id, message])), [messages]);
  const pictures = useMemo(() => picturesOf(messages), [messages]);
  const content = useMemo(
    (): ChatContent => ({
      me: me.id,
      people: chat.people,
      byId,
      pictures,
      onReply: (message) => {
        setEditing(null);
        setReplyTo(message);
      },
      onEdit: (message) => {
        setReplyTo(null);
        setEditing(message);
      },
      onDelete: askDelete,
      onRetry: (message) => void retryMessage(message.id).catch(tellFailed),
      onReact: (message, reaction) => void toggleReaction(message, reaction).catch(tellFailed),
      onJump: (id) => void jump(id).catch(tellFailed),
    }),
    [me.id, chat.people, byId, pictures, askDelete, toggleReaction, jump],
  );
  const others = useMemo(
    () => [...chat.people.values()].filter((person) => person.id !== me.id),
    [chat.people, me.id],
  );
  const unreadFrom = rows.find((row, index) => index > 0 && row.kind === "message" && row.isFirstUnread);

  return (
    <ChatContext value={content}>
      <section
        aria-label={t("chat.label")}
        {...getRootProps({ role: "region", tabIndex: -1 })}
        // It takes no files while a message is edited, but can be used all the same.
        aria-disabled={false}
        className="relative flex h-full min-h-0 flex-col outline-none"
      >
        <div className="relative min-h-0 flex-1">
          <MessageList
            frame={list}
            rows={rows}
            beginning={<Beginning ticket={ticket} isBeginning={chat.earlier === null} />}
            start={unreadFrom}
            isAtEnd={isAtBottom}
            onAtEnd={setAtBottom}
            onBeginning={() => void chat.loadEarlier().catch(tellFailed)}
            draw={(row) =>
              row.kind === "extra" ? (
                row.extra.node
              ) : row.kind === "outgoing" ? (
                <OutgoingBubble outgoing={row.outgoing} onAgain={chat.again} onDrop={chat.drop} />
              ) : (
                <>
                  {row.day && <DaySeparator at={row.day} />}
                  {row.isFirstUnread && <UnreadSeparator />}
                  <MessageBubble
                    message={row.message}
                    isContinued={row.isContinued}
                    isPointedAt={row.message.id === pointedAt}
                    readers={row.readers}
                  />
                </>
              )
            }
          />
          {!isAtBottom && <LatestButton count={newAfter(messages, seen.current, me.id)} onClick={toEnd} />}
        </div>
        <Announcer messages={messages} me={me.id} />
        <div className="mx-auto flex w-full max-w-3xl items-center gap-3 px-4">
          <div className="min-w-0 flex-1">
            <TypingIndicator people={chat.typing.filter(({ id }) => !typingElsewhere.includes(id))} />
          </div>
          {isStaff(me.role) && <OpenInMatrix ticket={ticket} className="shrink-0 text-xs" />}
        </div>
        <div className="mx-auto w-full max-w-3xl">
          {compose(
            <>
              <UploadList
                uploads={uploads}
                largest={largest}
                onAgain={(upload) => uploads.again(upload, ticket.id)}
                className="px-3 pt-2 pb-2"
              />
              <MessageInput
                ticket={ticket.id}
                draft={`chat.${me.id}.${ticket.id}`}
                hint={hint}
                replyTo={replyTo}
                editing={editing}
                people={others}
                hasFiles={uploads.isReady}
                onCancel={() => {
                  setReplyTo(null);
                  setEditing(null);
                }}
                onSend={submit}
                onFiles={uploads.add}
                onEditLast={editLast}
              />
            </>,
          )}
        </div>
        {isDragActive && (
          <div
            className={cx(
              "pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-2xl border-2 border-dashed px-4 text-center text-lg font-semibold",
              onNoteFiles
                ? "border-note-line bg-note/95 text-note-text"
                : "border-accent bg-accent-soft/90 text-accent-text",
            )}
          >
            {t(onNoteFiles ? "talk.dropIntoNote" : "talk.dropHere")}
          </div>
        )}
      </section>
    </ChatContext>
  );
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

import { useTranslation } from "react-i18next";
import type { Message } from "~/api/schema";
import { Avatar } from "~/ui/Avatar";
import { cx } from "~/ui/cx";
import {
  CheckIcon,
  ClockIcon,
  DoubleCheckIcon,
  EditIcon,
  ReplyIcon,
  RetryIcon,
  TrashIcon,
  WarningIcon,
} from "~/ui/icons";
import type { Outgoing } from "./conversation";
import { FilePreview } from "./FilePreview";
import { MessageBody } from "./MessageBody";

/** For so long a message can be changed. */
const EDITABLE_MS = 5 * 60_000;

export interface MessageActions {
  onReply: (message: Message) => void;
  onEdit: (message: Message) => void;
  onDelete: (message: Message) => void;
  onRetry: (message: Message) => void;
}

interface Props extends MessageActions {
  message: Message;
  isMine: boolean;
  /** Follows another one of the same person at once: no name, no face. */
  isContinued: boolean;
  repliedTo: Message | undefined;
}

function time(at: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(Date.parse(at));
}

/** What somebody said, or a line of the desk's own. */
export function MessageBubble({ message, isMine, isContinued, repliedTo, ...actions }: Props) {
  const { t, i18n } = useTranslation();
  if (message.messageType === "system") return <SystemLine message={message} />;
  const { sender } = message;
  return (
    <article
      className={cx("group flex gap-2.5", isMine && "flex-row-reverse", isContinued ? "pt-0.5" : "pt-3")}
    >
      <div className="w-8 shrink-0">
        {!isContinued && <Avatar name={sender.displayName} url={sender.avatarUrl} size={32} />}
      </div>
      <div className={cx("flex max-w-[min(36rem,85%)] min-w-0 flex-col", isMine && "items-end")}>
        {!isContinued && (
          <div className="mb-0.5 flex items-baseline gap-2 px-1 text-xs text-muted">
            <span className="font-medium text-text">{isMine ? t("app.you") : sender.displayName}</span>
            <time dateTime={message.createdAt}>{time(message.createdAt, i18n.language)}</time>
          </div>
        )}
        <div className={cx("flex items-center gap-1", isMine && "flex-row-reverse")}>
          <div
            className={cx(
              "min-w-0 rounded-2xl px-3.5 py-2",
              isMine
                ? "rounded-tr-md bg-accent-soft text-text"
                : "rounded-tl-md border border-line bg-surface",
            )}
          >
            {repliedTo && <Quote message={repliedTo} />}
            {message.isDeleted ? (
              <p className="text-muted italic">{t("chat.deleted")}</p>
            ) : message.attachment ? (
              <FilePreview file={message.attachment} />
            ) : (
              <MessageBody text={message.message} html={message.html} />
            )}
          </div>
          {!message.isDeleted && <Actions message={message} isMine={isMine} {...actions} />}
        </div>
        <Reactions message={message} />
        {isMine && <Delivery message={message} onRetry={actions.onRetry} />}
        {!isMine && message.isEdited && !message.isDeleted && (
          <span className="px-1 text-xs text-muted">{t("chat.edited")}</span>
        )}
      </div>
    </article>
  );
}

function SystemLine({ message }: { message: Message }) {
  const { i18n } = useTranslation();
  return (
    <p className="py-2 text-center text-xs text-muted">
      {message.message} · <time dateTime={message.createdAt}>{time(message.createdAt, i18n.language)}</time>
    </p>
  );
}

function Quote({ message }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <div className="mb-1.5 border-l-2 border-accent pl-2 text-sm text-muted">
      <span className="sr-only">{t("chat.replyingTo", { name: message.sender.displayName })}: </span>
      <span className="block font-medium">{message.sender.displayName}</span>
      <span className="line-clamp-2">{message.isDeleted ? t("chat.deleted") : message.message}</span>
    </div>
  );
}

function Actions({
  message,
  isMine,
  onReply,
  onEdit,
  onDelete,
}: MessageActions & { message: Message; isMine: boolean }) {
  const { t } = useTranslation();
  const canEdit =
    isMine && message.messageType === "text" && Date.now() - Date.parse(message.createdAt) < EDITABLE_MS;
  const button = "grid size-7 place-items-center rounded-md text-muted hover:bg-hover hover:text-text";
  return (
    <div className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:none)]:opacity-100">
      <button type="button" className={button} aria-label={t("chat.reply")} onClick={() => onReply(message)}>
        <ReplyIcon />
      </button>
      {canEdit && (
        <button type="button" className={button} aria-label={t("chat.edit")} onClick={() => onEdit(message)}>
          <EditIcon />
        </button>
      )}
      {isMine && (
        <button
          type="button"
          className={button}
          aria-label={t("chat.delete")}
          onClick={() => onDelete(message)}
        >
          <TrashIcon />
        </button>
      )}
    </div>
  );
}

function Reactions({ message }: { message: Message }) {
  if (message.reactions.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1 pt-1">
      {message.reactions.map(({ reaction, users }) => (
        <li
          key={reaction}
          className="tabular rounded-full border border-line bg-surface px-2 text-xs leading-6"
        >
          {reaction} {users.length}
        </li>
      ))}
    </ul>
  );
}

/** Queued, in the room, read; or why not. */
function Delivery({ message, onRetry }: { message: Message; onRetry: (message: Message) => void }) {
  const { t } = useTranslation();
  const edited = message.isEdited && !message.isDeleted ? `${t("chat.edited")} · ` : "";
  if (message.status === "failed") {
    return (
      <span className="flex items-center gap-1 px-1 text-xs text-danger">
        <WarningIcon className="size-3.5" />
        {t("chat.failed")}
        <button type="button" className="font-semibold underline" onClick={() => onRetry(message)}>
          {t("app.retry")}
        </button>
      </span>
    );
  }
  const [word, Icon] = message.isRead
    ? ([t("chat.read"), DoubleCheckIcon] as const)
    : message.status === "sent"
      ? ([t("chat.sent"), CheckIcon] as const)
      : ([t("chat.queued"), ClockIcon] as const);
  return (
    <span className="flex items-center gap-1 px-1 text-xs text-muted">
      {edited}
      <Icon className={cx("size-3.5", message.isRead && "text-accent-text")} />
      {word}
    </span>
  );
}

/** What is on its way, or did not get there: its text is kept until it does. */
export function OutgoingBubble({
  outgoing,
  onAgain,
  onDrop,
}: {
  outgoing: Outgoing;
  onAgain: (outgoing: Outgoing) => void;
  onDrop: (outgoing: Outgoing) => void;
}) {
  const { t } = useTranslation();
  const isFailed = outgoing.state === "failed";
  return (
    <article className="flex flex-col items-end pt-1 pr-10.5">
      <div
        className={cx(
          "max-w-[min(36rem,85%)] rounded-2xl rounded-tr-md bg-accent-soft px-3.5 py-2",
          !isFailed && "opacity-70",
        )}
      >
        <div className="whitespace-pre-wrap">{outgoing.text}</div>
      </div>
      {isFailed ? (
        <span role="alert" className="flex flex-wrap items-center justify-end gap-2 px-1 text-xs text-danger">
          <WarningIcon className="size-3.5" />
          {t("chat.failed")}: {outgoing.problem || t("errors.offline")}
          <button
            type="button"
            className="inline-flex items-center gap-1 font-semibold"
            onClick={() => onAgain(outgoing)}
          >
            <RetryIcon className="size-3.5" />
            {t("app.retry")}
          </button>
          <button
            type="button"
            className="font-semibold"
            onClick={() => navigator.clipboard.writeText(outgoing.text)}
          >
            {t("app.copy")}
          </button>
          <button type="button" className="font-semibold" onClick={() => onDrop(outgoing)}>
            {t("app.cancel")}
          </button>
        </span>
      ) : (
        <span className="flex items-center gap-1 px-1 text-xs text-muted">
          <ClockIcon className="size-3.5" />
          {t("chat.sending")}
        </span>
      )}
    </article>
  );
}

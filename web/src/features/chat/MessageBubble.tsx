import { memo, useRef } from "react";
import type { Message } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Avatar } from "~/ui/Avatar";
import { cx } from "~/ui/cx";
import { useChatContent } from "./chatContext";
import { Failure, Tick, tickOf } from "./Delivery";
import { FilePreview } from "./FilePreview";
import { MessageActions } from "./MessageActions";
import { MessageBody } from "./MessageBody";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import { Readers } from "./Readers";
import { SystemLine } from "./SystemLine";
import { momentOf, timeOf } from "./time";

interface Props {
  message: Message;
  /** Follows another one of the same person at once: no name, no face. */
  isContinued: boolean;
  /** Somebody was just led here. */
  isPointedAt: boolean;
  readers: string[];
}

/** What somebody said, or a line of the desk's own. */
export const MessageBubble = memo(function MessageBubble({
  message,
  isContinued,
  isPointedAt,
  readers,
}: Props) {
  const { t } = useTranslation();
  const { me } = useChatContent();
  const bubble = useRef<HTMLDivElement>(null);
  if (message.messageType === "system") return <SystemLine message={message} />;
  const { sender } = message;
  const isMine = sender.id === me;
  const isCalled = message.mentions.includes(me) && !message.isDeleted;
  return (
    <article
      className={cx("group flex gap-2.5", isMine && "justify-end", isContinued ? "pt-1" : "pt-3")}
      aria-current={isPointedAt || undefined}
    >
      {!isMine && (
        <div className="w-8 shrink-0">
          {!isContinued && <Avatar name={sender.displayName} url={sender.avatarUrl} size={32} />}
        </div>
      )}
      <div className={cx("flex max-w-full min-w-0 flex-1 flex-col", isMine && "items-end")}>
        {isContinued || isMine ? (
          <span className="sr-only">{isMine ? t("app.you") : sender.displayName}</span>
        ) : (
          <span className="mb-0.5 max-w-full truncate px-1 text-xs font-medium" title={sender.displayName}>
            {sender.displayName}
            {sender.role !== "student" && (
              <span className="font-normal text-muted"> · {t(`staff.roles.${sender.role}`)}</span>
            )}
          </span>
        )}
        <div className={cx("flex max-w-full items-center gap-1", isMine && "flex-row-reverse")}>
          <div
            ref={bubble}
            className={cx(
              "min-w-0 max-w-[min(36rem,100%)] rounded-2xl px-3.5 py-2 transition-shadow duration-300",
              isMine ? "bg-accent-soft" : "border border-line bg-surface",
              !isContinued && (isMine ? "rounded-tr-md" : "rounded-tl-md"),
              isCalled && "border-accent ring-1 ring-accent",
              isPointedAt && "ring-2 ring-accent",
            )}
          >
            {message.replyTo && <Quote id={message.replyTo} />}
            <div
              className={cx(
                "flex gap-x-3",
                message.attachment && !message.isDeleted ? "flex-col" : "flex-wrap items-end",
              )}
            >
              <Content message={message} />
              <Meta message={message} isMine={isMine} />
            </div>
          </div>
          {!message.isDeleted && <MessageActions message={message} anchor={bubble} />}
        </div>
        <Reactions message={message} />
        {isMine && message.status === "failed" && <Failure message={message} />}
        <div className="self-end">
          <Readers message={message} readers={readers} />
        </div>
      </div>
    </article>
  );
});

function Content({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (message.isDeleted) return <p className="text-muted italic">{t("chat.deleted")}</p>;
  if (message.attachment) return <FilePreview file={message.attachment} />;
  return <MessageBody text={message.message} html={message.html} />;
}

/** When it was said, whether it was changed, and how far it has come. */
function Meta({ message, isMine }: { message: Message; isMine: boolean }) {
  const { t, i18n } = useTranslation();
  const tick = isMine && !message.isDeleted ? tickOf(message) : null;
  return (
    <span className="ml-auto flex items-center gap-1 text-[0.6875rem] leading-5 text-muted">
      {message.isEdited && !message.isDeleted && (
        <span title={message.editedAt ? momentOf(message.editedAt, i18n.language) : undefined}>
          {t("chat.edited")} ·
        </span>
      )}
      <time dateTime={message.createdAt} title={momentOf(message.createdAt, i18n.language)}>
        {timeOf(message.createdAt, i18n.language)}
      </time>
      {tick && <Tick state={tick} />}
    </span>
  );
}

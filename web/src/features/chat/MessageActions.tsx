import { type RefObject, Suspense, useRef, useState } from "react";
import type { Message } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { EmojiPopover } from "~/ui/EmojiPopover";
import { MoreIcon, ReplyIcon, SmileIcon } from "~/ui/icons";
import { later } from "~/ui/later";
import { useChatContent } from "./chatContext";
import { timeOf } from "./time";

const MessageMenu = later(() => import("./MessageMenu"));

const BUTTON = "grid size-7 place-items-center rounded-md text-muted hover:bg-hover hover:text-text";

/** What can be done with a message: a menu everywhere, the usual things at once where there is a mouse. */
export function MessageActions({
  message,
  anchor,
}: {
  message: Message;
  anchor: RefObject<HTMLElement | null>;
}) {
  const { t, i18n } = useTranslation();
  const { me, onReply, onReact } = useChatContent();
  const [isPicking, setPicking] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const time = timeOf(message.createdAt, i18n.language);
  const name = message.sender.id === me ? t("app.you") : message.sender.displayName;
  return (
    <div
      className={cx(
        "flex shrink-0 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:none)]:opacity-100",
        (isPicking || isOpen) && "opacity-100",
      )}
    >
      <button
        type="button"
        className={cx(BUTTON, "max-sm:hidden [@media(hover:none)]:hidden")}
        aria-label={t("chat.react")}
        title={t("chat.react")}
        onClick={() => setPicking(true)}
      >
        <SmileIcon />
      </button>
      <button
        type="button"
        className={cx(BUTTON, "max-sm:hidden [@media(hover:none)]:hidden")}
        aria-label={t("chat.reply")}
        title={t("chat.reply")}
        onClick={() => onReply(message)}
      >
        <ReplyIcon />
      </button>
      <button
        ref={more}
        type="button"
        className={BUTTON}
        aria-label={t("talk.more", { name, time })}
        title={t("app.more")}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <MoreIcon />
      </button>
      {/* Of dozens of messages, one shows its menu: what is not open is not there. */}
      {isOpen && (
        <Suspense>
          <MessageMenu
            message={message}
            anchor={more}
            onClose={() => setOpen(false)}
            onMoreEmojis={() => setPicking(true)}
          />
        </Suspense>
      )}
      {isPicking && (
        <EmojiPopover
          anchor={anchor}
          onClose={() => setPicking(false)}
          onPick={(emoji) => onReact(message, emoji)}
        />
      )}
    </div>
  );
}

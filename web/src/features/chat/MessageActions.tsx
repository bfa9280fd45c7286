import { Menu } from "@base-ui/react/menu";
import { type RefObject, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "~/api/schema";
import { copyText } from "~/services/browser";
import { cx } from "~/ui/cx";
import { EmojiPopover } from "~/ui/EmojiPopover";
import { CopyIcon, EditIcon, MoreIcon, ReplyIcon, SmileIcon, TrashIcon } from "~/ui/icons";
import { MENU_ITEM, OpenMenu } from "~/ui/MenuPopup";
import { useNow } from "~/ui/RelativeTime";
import { useChatContent } from "./chatContext";
import { timeOf } from "./time";

/** For so long a message can be changed. */
export const EDITABLE_MS = 5 * 60_000;
const QUICK = ["👍", "❤️", "😄", "🎉", "🙏", "✅"];

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
        <OpenMenu anchor={more} onClose={() => setOpen(false)}>
          <div className="flex justify-between pb-1">
            {QUICK.map((emoji) => (
              <Menu.Item
                key={emoji}
                aria-label={t("talk.reactWith", { reaction: emoji })}
                className="grid size-9 cursor-default place-items-center rounded-md text-xl outline-none data-highlighted:bg-hover"
                onClick={() => onReact(message, emoji)}
              >
                {emoji}
              </Menu.Item>
            ))}
          </div>
          <Menu.Item className={MENU_ITEM} onClick={() => setPicking(true)}>
            <SmileIcon />
            {t("talk.moreEmojis")}
          </Menu.Item>
          <Items message={message} />
        </OpenMenu>
      )}
      {isPicking && (
        <EmojiPopover
          isOpen
          onOpenChange={setPicking}
          onPick={(emoji) => onReact(message, emoji)}
          anchor={anchor}
        />
      )}
    </div>
  );
}

function Items({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { me, onReply, onEdit, onDelete } = useChatContent();
  const isMine = message.sender.id === me;
  const age = useNow() - Date.parse(message.createdAt);
  const canEdit = isMine && message.messageType === "text" && age < EDITABLE_MS;
  return (
    <>
      <Menu.Item className={MENU_ITEM} onClick={() => onReply(message)}>
        <ReplyIcon />
        {t("chat.reply")}
      </Menu.Item>
      {message.messageType === "text" && (
        <Menu.Item className={MENU_ITEM} onClick={() => copyText(message.message)}>
          <CopyIcon />
          {t("talk.copyText")}
        </Menu.Item>
      )}
      {canEdit && (
        <Menu.Item className={MENU_ITEM} onClick={() => onEdit(message)}>
          <EditIcon />
          {t("chat.edit")}
        </Menu.Item>
      )}
      {isMine && (
        <Menu.Item className={cx(MENU_ITEM, "text-danger")} onClick={() => onDelete(message)}>
          <TrashIcon />
          {t("chat.delete")}
        </Menu.Item>
      )}
    </>
  );
}

import { Menu } from "@base-ui/react/menu";
import type { RefObject } from "react";
import type { Message } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { copyText } from "~/services/browser";
import { cx } from "~/ui/cx";
import { CopyIcon, EditIcon, ReplyIcon, SmileIcon, TrashIcon } from "~/ui/icons";
import { MENU_ITEM, OpenMenu } from "~/ui/MenuPopup";
import { useNow } from "~/ui/RelativeTime";
import { useChatContent } from "./chatContext";
import { EDITABLE_MS } from "./time";

const QUICK = ["👍", "❤️", "😄", "🎉", "🙏", "✅"];

interface Props {
  message: Message;
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
  /** Wants to react with something else than the usual. */
  onMoreEmojis: () => void;
}

/** Everything that can be done with a message, opened beside its button. */
export default function MessageMenu({ message, anchor, onClose, onMoreEmojis }: Props) {
  const { t } = useTranslation();
  const { onReact } = useChatContent();
  return (
    <OpenMenu anchor={anchor} onClose={onClose}>
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
      <Menu.Item className={MENU_ITEM} onClick={onMoreEmojis}>
        <SmileIcon />
        {t("talk.moreEmojis")}
      </Menu.Item>
      <Items message={message} />
    </OpenMenu>
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

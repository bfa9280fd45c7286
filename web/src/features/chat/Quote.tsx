import { useTranslation } from "~/i18n/useTranslation";
import { useChatContent } from "./chatContext";

/** The message that another one answers: a click goes there. */
export function Quote({ id }: { id: string }) {
  const { t } = useTranslation();
  const { byId, onJump } = useChatContent();
  const message = byId.get(id);
  return (
    <button
      type="button"
      title={t("talk.jumpToReply")}
      onClick={() => onJump(id)}
      className="mb-1 block w-full rounded-md border-l-3 border-accent bg-hover/60 px-2 py-1 text-left text-sm text-muted hover:bg-hover"
    >
      {message ? (
        <>
          <span className="sr-only">{t("chat.replyingTo", { name: message.sender.displayName })}: </span>
          <span className="block text-xs font-semibold text-text" aria-hidden="true">
            {message.sender.displayName}
          </span>
          <span className="line-clamp-2">
            {message.isDeleted ? t("chat.deleted") : (message.attachment?.originalName ?? message.message)}
          </span>
        </>
      ) : (
        t("talk.earlierMessage")
      )}
    </button>
  );
}

import type { Message } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Avatar } from "~/ui/Avatar";
import { useChatContent } from "./chatContext";
import { momentOf } from "./time";

const MOST = 5;

/** The faces of those who have read up to a message. */
export function Readers({ message, readers }: { message: Message; readers: string[] }) {
  const { t, i18n } = useTranslation();
  const { people } = useChatContent();
  const faces = readers.flatMap((id) => {
    const person = people.get(id);
    const read = message.readBy.find(({ user }) => user === id);
    return person && read ? [{ person, at: read.readAt }] : [];
  });
  if (faces.length === 0) return null;
  return (
    <ul className="flex items-center justify-end -space-x-1 pt-1">
      {faces.slice(0, MOST).map(({ person, at }) => {
        const words = t("talk.readTimes", { name: person.displayName, time: momentOf(at, i18n.language) });
        return (
          <li key={person.id} title={words} className="rounded-full ring-2 ring-canvas">
            <span className="sr-only">{words}</span>
            <Avatar name={person.displayName} url={person.avatarUrl} size={16} />
          </li>
        );
      })}
      {faces.length > MOST && <li className="pl-2 text-xs text-muted">+{faces.length - MOST}</li>}
    </ul>
  );
}

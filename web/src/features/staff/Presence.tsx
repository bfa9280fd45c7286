/** Who else of staff has this ticket open, and who of them is writing: so that nobody answers twice. */
import { useEffect, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import * as live from "~/services/socketService";
import { useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { cx } from "~/ui/cx";
import { EyeIcon } from "~/ui/icons";

type Others = live.Presence["staff"];

export function usePresence(ticket: string): Others {
  const me = useMe();
  const [staff, setStaff] = useState<Others>([]);
  useEffect(() => {
    const stop = live.on("presence-in-ticket", (told) => {
      if (told.ticket === ticket) setStaff(told.staff.filter((other) => other.id !== me.id));
    });
    return () => {
      stop();
      setStaff([]);
    };
  }, [ticket, me.id]);
  return staff;
}

/** Their faces; a ring and a mark for who is writing. */
export function Present({ staff }: { staff: Others }) {
  const { t } = useTranslation();
  if (staff.length === 0) return null;
  return (
    <div className="flex items-center gap-1.5">
      <EyeIcon className="size-4 text-muted" />
      <ul className="flex -space-x-1">
        {staff.map((other) => {
          const isTyping = other.state === "typing";
          const words = t(isTyping ? "staff.present.typing" : "staff.present.viewing", {
            name: other.displayName,
          });
          return (
            <li
              key={other.id}
              title={words}
              className={cx("rounded-full ring-2", isTyping ? "z-1 ring-info" : "ring-surface")}
            >
              <span className="sr-only">{words}</span>
              <Avatar name={other.displayName} url={other.avatarUrl} size={24} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Above where one writes: somebody else is at it. */
export function WritingToo({ staff }: { staff: Others }) {
  const { t, i18n } = useTranslation();
  const names = staff.filter((other) => other.state === "typing").map((other) => other.displayName);
  return (
    <p role="status" className="empty:hidden">
      {names.length > 0 && (
        <span className="mx-3 mb-2 flex items-center gap-2 rounded-lg bg-info-soft px-3 py-1.5 text-sm text-info">
          <EyeIcon className="size-4" />
          {t("inbox.ticket.writing", {
            count: names.length,
            names: new Intl.ListFormat(i18n.language).format(names),
          })}
        </span>
      )}
    </p>
  );
}

import { useRef, useState } from "react";
import type { FullTicket } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { editTicket } from "~/services/staffService";
import { Button } from "~/ui/Button";
import { INPUT } from "~/ui/Field";
import { EditIcon } from "~/ui/icons";
import type { TicketChange } from "./useTicketChange";

/** A title that can be changed where it stands: Enter keeps it, Escape does not. */
export function EditableTitle({ ticket, change }: { ticket: FullTicket; change: TicketChange }) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isOver = useRef(false);
  const end = (kept: string | null) => {
    if (isOver.current) return;
    isOver.current = true;
    setText(null);
    requestAnimationFrame(() => button.current?.focus());
    const title = kept?.trim();
    if (!title || title === ticket.title) return;
    const to = (name: string) => editTicket(ticket.id, { title: name });
    change.mutate({
      shown: { title },
      done: () => to(title),
      undo: () => to(ticket.title),
      said: t("inbox.panel.saved"),
    });
  };
  if (text !== null) {
    return (
      <>
        <h1 className="sr-only">{ticket.title}</h1>
        <input
          // biome-ignore lint/a11y/noAutofocus: whoever chose to change it wants to type
          autoFocus
          value={text}
          maxLength={200}
          aria-label={t("inbox.ticket.changeTitle")}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.nativeEvent.isComposing) end(text);
            if (event.key === "Escape") end(null);
          }}
          onBlur={() => end(text)}
          className={`${INPUT} h-8 min-w-0 flex-1 text-base font-semibold`}
        />
      </>
    );
  }
  return (
    <div className="group flex min-w-0 flex-1 items-center gap-1">
      <h1
        className="min-w-0 text-base leading-snug max-sm:line-clamp-2 sm:truncate font-semibold"
        title={ticket.title}
      >
        {ticket.title}
      </h1>
      <Button
        ref={button}
        kind="quiet"
        size="icon-small"
        aria-label={t("inbox.ticket.changeTitle")}
        title={t("inbox.ticket.changeTitle")}
        icon={<EditIcon className="size-4 text-muted" />}
        className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100 [@media(hover:none)]:opacity-100"
        onClick={() => {
          isOver.current = false;
          setText(ticket.title);
        }}
      />
    </div>
  );
}

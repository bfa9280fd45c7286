import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Message, PersonRef } from "~/api/schema";
import { useDraft } from "~/hooks/useDraft";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { CloseIcon, SendIcon } from "~/ui/icons";
import { mentionsIn } from "./mentions";
import { useTyping } from "./useTyping";
import { LIMIT, WriteField } from "./WriteField";

interface Props {
  ticket: string;
  /** What the draft is kept as. */
  draft: string;
  hint: string | undefined;
  replyTo: Message | null;
  editing: Message | null;
  /** Who can be called upon. */
  people: PersonRef[];
  /** There are files to send, so that a text is not needed. */
  hasFiles: boolean;
  onCancel: () => void;
  /** `isLast`: with it the ticket is done, as far as the writer is concerned. */
  onSend: (text: string, mentions: string[], isLast: boolean) => void;
  onFiles: (files: File[]) => void;
  /** The up key, where nothing is written yet. */
  onEditLast: () => void;
}

/** Where one writes to everybody in a ticket: it keeps a draft, and tells that somebody types. */
export function MessageInput({ ticket, hint, replyTo, editing, people, hasFiles, ...props }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft, dropDraft] = useDraft(props.draft);
  const [edited, setEdited] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);
  const { tellTyping, endTyping } = useTyping(ticket);
  const text = editing ? edited : draft;
  const canSend = text.length <= LIMIT && (text.trim() !== "" || (hasFiles && !editing));

  useEffect(() => {
    setEdited(editing?.message ?? "");
  }, [editing]);
  useEffect(() => {
    if (editing || replyTo) input.current?.focus();
  }, [editing, replyTo]);

  function send(isLast: boolean) {
    if (!canSend) return;
    props.onSend(text.trim(), mentionsIn(text, people), isLast);
    if (editing) setEdited("");
    else dropDraft();
    endTyping();
    input.current?.focus();
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === "Escape" && (editing || replyTo)) {
      event.stopPropagation();
      props.onCancel();
    } else if (event.key === "ArrowUp" && text === "") {
      event.preventDefault();
      props.onEditLast();
    }
  }

  return (
    <div className="border-t border-line bg-surface px-3 pt-2 pb-3 lg:rounded-t-2xl lg:border-x">
      {(editing || replyTo) && (
        <div className="mb-2 flex items-center gap-2 rounded-lg border-l-3 border-accent bg-sunken py-1 pr-1 pl-2.5 text-sm text-muted">
          <span className="min-w-0 flex-1 truncate">
            {editing
              ? t("chat.editing")
              : replyTo && t("talk.replyQuote", { name: replyTo.sender.displayName, text: replyTo.message })}
          </span>
          <Button
            kind="quiet"
            size="icon-small"
            aria-label={t("app.cancel")}
            icon={<CloseIcon />}
            onClick={props.onCancel}
          />
        </div>
      )}
      <WriteField
        label={t("chat.write")}
        text={text}
        onText={(next) => {
          (editing ? setEdited : setDraft)(next);
          tellTyping();
        }}
        field={input}
        people={people}
        onFiles={editing ? null : props.onFiles}
        onEnter={send}
        onKey={onKey}
        hint={hint}
        send={
          <Button
            kind="primary"
            size="icon"
            aria-label={editing ? t("app.save") : t("chat.send")}
            title={editing ? t("app.save") : t("chat.send")}
            icon={<SendIcon />}
            disabled={!canSend}
            onClick={() => send(false)}
          />
        }
      />
    </div>
  );
}

import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "~/api/schema";
import { useDraft } from "~/hooks/useDraft";
import { startTyping, stopTyping } from "~/services/socketService";
import { Button } from "~/ui/Button";
import { CloseIcon, PaperclipIcon, SendIcon } from "~/ui/icons";

/** Of a message, in characters. */
const LIMIT = 10_000;
/** From so many characters left on they are counted. */
const COUNTED = 500;
/** Typing is told again so often; the desk forgets it after 10 s. */
const TYPING_MS = 4_000;
/** After so long without a key nobody is typing. */
const REST_MS = 3_000;

interface Props {
  ticket: string;
  hint: string | undefined;
  replyTo: Message | null;
  editing: Message | null;
  onCancel: () => void;
  onSend: (text: string) => void;
  onFiles: (files: File[]) => void;
}

/** Where one writes: it grows with the text, keeps a draft, and tells that somebody types. */
export function MessageInput({ ticket, hint, replyTo, editing, onCancel, onSend, onFiles }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft, dropDraft] = useDraft(`chat.${ticket}`);
  const [edited, setEdited] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const tellTyping = useTyping(ticket);
  const text = editing ? edited : draft;
  const left = LIMIT - text.length;
  const canSend = text.trim() !== "" && left >= 0;

  useEffect(() => {
    setEdited(editing?.message ?? "");
  }, [editing]);
  useEffect(() => {
    if (editing || replyTo) input.current?.focus();
  }, [editing, replyTo]);

  function send() {
    if (!canSend) return;
    onSend(text.trim());
    if (editing) setEdited("");
    else dropDraft();
    stopTyping(ticket);
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
    if (event.key === "Escape" && (editing || replyTo)) onCancel();
  }

  return (
    <div className="border-t border-line bg-surface px-3 pt-2 pb-3">
      {(editing || replyTo) && (
        <div className="flex items-center gap-2 px-1 pb-1.5 text-sm text-muted">
          <span className="min-w-0 flex-1 truncate">
            {editing ? t("chat.editing") : t("chat.replyingTo", { name: replyTo?.sender.displayName ?? "" })}
          </span>
          <Button
            kind="quiet"
            size="icon-small"
            aria-label={t("app.cancel")}
            icon={<CloseIcon />}
            onClick={onCancel}
          />
        </div>
      )}
      <div className="flex items-end gap-1.5">
        <input
          ref={files}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            onFiles([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <Button
          kind="quiet"
          size="icon"
          aria-label={t("chat.attach")}
          icon={<PaperclipIcon />}
          onClick={() => files.current?.click()}
        />
        <label className="min-w-0 flex-1">
          <span className="sr-only">{t("chat.write")}</span>
          <textarea
            ref={input}
            value={text}
            rows={1}
            placeholder={t("chat.write")}
            onChange={(event) => {
              (editing ? setEdited : setDraft)(event.target.value);
              tellTyping();
            }}
            onKeyDown={onKey}
            onPaste={(event) => {
              const pasted = [...event.clipboardData.files];
              if (pasted.length === 0) return;
              event.preventDefault();
              onFiles(pasted);
            }}
            className="field-sizing-content max-h-48 min-h-9 w-full resize-none rounded-lg border border-line-strong bg-surface px-3 py-1.5 placeholder:text-muted"
          />
        </label>
        <Button
          kind="primary"
          size="icon"
          aria-label={t("chat.send")}
          icon={<SendIcon />}
          disabled={!canSend}
          onClick={send}
        />
      </div>
      <div className="flex justify-between gap-3 px-1 pt-1 text-xs text-muted empty:hidden">
        {hint && <span>{hint}</span>}
        {left <= COUNTED && (
          <span className={left < 0 ? "ml-auto text-danger" : "ml-auto"}>
            {t("app.characters", { count: left })}
          </span>
        )}
      </div>
    </div>
  );
}

/** Tells the others, not more often than needed, and that it ended. */
function useTyping(ticket: string): () => void {
  const told = useRef(0);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(rest.current);
      if (told.current > 0) stopTyping(ticket);
    },
    [ticket],
  );
  return useCallback(() => {
    if (Date.now() - told.current > TYPING_MS) {
      told.current = Date.now();
      startTyping(ticket);
    }
    clearTimeout(rest.current);
    rest.current = setTimeout(() => {
      told.current = 0;
      stopTyping(ticket);
    }, REST_MS);
  }, [ticket]);
}

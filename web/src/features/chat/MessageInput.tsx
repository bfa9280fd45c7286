import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message, PersonRef } from "~/api/schema";
import { useDraft } from "~/hooks/useDraft";
import { useGrowing } from "~/hooks/useGrowing";
import { Button } from "~/ui/Button";
import { EmojiPopover } from "~/ui/EmojiPopover";
import { CloseIcon, PaperclipIcon, SendIcon, SmileIcon } from "~/ui/icons";
import { MentionList, optionId } from "./MentionList";
import { type Mentioning, matching, mentioned, mentioningAt, mentionsIn } from "./mentions";
import { useTyping } from "./useTyping";

/** Of a message, in characters. */
const LIMIT = 10_000;
/** From so many characters left on they are counted. */
const COUNTED = 500;

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
  onSend: (text: string, mentions: string[]) => void;
  onFiles: (files: File[]) => void;
  /** The up key, where nothing is written yet. */
  onEditLast: () => void;
}

/** Where one writes: it grows with the text, keeps a draft, and tells that somebody types. */
export function MessageInput({ ticket, hint, replyTo, editing, people, hasFiles, ...props }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft, dropDraft] = useDraft(props.draft);
  const [edited, setEdited] = useState("");
  const [mentioning, setMentioning] = useState<Mentioning | null>(null);
  const [active, setActive] = useState(0);
  const [isPicking, setPicking] = useState(false);
  const emojiButton = useRef<HTMLButtonElement>(null);
  const listId = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const { tellTyping, endTyping } = useTyping(ticket);
  const text = editing ? edited : draft;
  const left = LIMIT - text.length;
  const canSend = left >= 0 && (text.trim() !== "" || (hasFiles && !editing));
  const candidates = mentioning ? matching(people, mentioning.search) : [];
  useGrowing(input, text);

  useEffect(() => {
    setEdited(editing?.message ?? "");
  }, [editing]);
  useEffect(() => {
    if (editing || replyTo) input.current?.focus();
  }, [editing, replyTo]);

  function change(next: string, caret: number) {
    (editing ? setEdited : setDraft)(next);
    setMentioning(mentioningAt(next, caret));
    setActive(0);
    tellTyping();
  }

  /** Changes the text other than by typing. */
  function put(next: string, caret: number) {
    change(next, caret);
    setMentioning(null);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(caret, caret);
    });
  }

  function insert(what: string) {
    const { selectionStart = text.length, selectionEnd = text.length } = input.current ?? {};
    put(text.slice(0, selectionStart) + what + text.slice(selectionEnd), selectionStart + what.length);
  }

  function mention(person: PersonRef) {
    if (mentioning) put(...mentioned(text, mentioning, person.displayName));
  }

  function send() {
    if (!canSend) return;
    props.onSend(text.trim(), mentionsIn(text, people));
    setMentioning(null);
    if (editing) setEdited("");
    else dropDraft();
    endTyping();
    input.current?.focus();
  }

  /** Keys for the list of people, while it is there. */
  function onListKey(event: KeyboardEvent): boolean {
    const person = candidates[active];
    if (!person) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? candidates.length - 1 : 0;
    if (step > 0) setActive((active + step) % candidates.length);
    else if (event.key === "Enter" || event.key === "Tab") mention(person);
    else if (event.key === "Escape") setMentioning(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  function onKey(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || onListKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && (editing || replyTo)) {
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
      <div className="relative flex items-end gap-1">
        {candidates.length > 0 && (
          <MentionList id={listId} people={candidates} active={active} onPick={mention} />
        )}
        <input
          ref={files}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            props.onFiles([...(event.target.files ?? [])]);
            event.target.value = "";
            input.current?.focus();
          }}
        />
        <Button
          kind="quiet"
          size="icon"
          aria-label={t("chat.attach")}
          title={t("chat.attach")}
          icon={<PaperclipIcon />}
          disabled={editing !== null}
          onClick={() => files.current?.click()}
        />
        <label className="min-w-0 flex-1">
          <span className="sr-only">{t("chat.write")}</span>
          <textarea
            ref={input}
            value={text}
            rows={1}
            placeholder={t("chat.write")}
            aria-keyshortcuts="Enter"
            aria-description={`${t("talk.keys")} ${t("talk.mentionHint")}`}
            aria-autocomplete="list"
            {...(candidates.length > 0 && {
              "aria-controls": listId,
              "aria-activedescendant": optionId(listId, active),
            })}
            onChange={(event) => change(event.target.value, event.target.selectionStart)}
            onKeyDown={onKey}
            onBlur={() => setMentioning(null)}
            onPaste={(event) => {
              const pasted = [...event.clipboardData.files];
              if (pasted.length === 0 || editing) return;
              event.preventDefault();
              props.onFiles(pasted);
            }}
            className="field-sizing-content block max-h-48 min-h-9 w-full resize-none rounded-lg border border-line-strong bg-surface px-3 py-1.5 placeholder:text-muted"
          />
        </label>
        <Button
          ref={emojiButton}
          kind="quiet"
          size="icon"
          aria-label={t("chat.emoji")}
          title={t("chat.emoji")}
          aria-haspopup="dialog"
          aria-expanded={isPicking}
          icon={<SmileIcon />}
          onClick={() => setPicking(!isPicking)}
        />
        {isPicking && <EmojiPopover anchor={emojiButton} onClose={() => setPicking(false)} onPick={insert} />}
        <Button
          kind="primary"
          size="icon"
          aria-label={editing ? t("app.save") : t("chat.send")}
          title={editing ? t("app.save") : t("chat.send")}
          icon={<SendIcon />}
          disabled={!canSend}
          onClick={send}
        />
      </div>
      <div className="flex justify-between gap-3 px-1 pt-1 text-xs text-muted empty:hidden">
        {hint && <span>{hint}</span>}
        {left <= COUNTED && (
          <span aria-live="polite" className={left < 0 ? "ml-auto text-danger" : "ml-auto"}>
            {t("app.characters", { count: left })}
          </span>
        )}
      </div>
    </div>
  );
}

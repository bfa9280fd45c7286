import { type KeyboardEvent, type ReactNode, type RefObject, useId, useRef, useState } from "react";
import type { PersonRef } from "~/api/schema";
import { useGrowing } from "~/hooks/useGrowing";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { EmojiPopover } from "~/ui/EmojiPopover";
import { PaperclipIcon, SmileIcon } from "~/ui/icons";
import { MentionList, optionId } from "./MentionList";
import { type Mentioning, matching, mentioned, mentioningAt } from "./mentions";

/** Of what is written at once, in characters. */
export const LIMIT = 10_000;
/** From so many characters left on they are counted. */
const COUNTED = 500;

interface Props {
  /** What it is called, and says while it is empty. */
  label: string;
  text: string;
  onText: (text: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Who can be called upon. */
  people: PersonRef[];
  /** Told what is looked for after an `@`. */
  onMentioning?: (search: string) => void;
  /** Told of files that are chosen or pasted; `null` where there can be none now. */
  onFiles: ((files: File[]) => void) | null;
  /** Enter was pressed; `isLast` with Ctrl and Shift. */
  onEnter: (isLast: boolean) => void;
  /** Keys that mean something more; those that are done with are `defaultPrevented`. */
  onKey?: (event: KeyboardEvent) => void;
  /** The button that sends. */
  send: ReactNode;
  hint?: string | undefined;
  isNote?: boolean;
}

/** Where one types: it grows with the text, takes files, and helps to call upon people and to find emojis. */
export function WriteField({ label, text, onText, field, people, onFiles, isNote = false, ...props }: Props) {
  const { t } = useTranslation();
  const [mentioning, setMentioning] = useState<Mentioning | null>(null);
  const [active, setActive] = useState(0);
  const [isPicking, setPicking] = useState(false);
  const emojiButton = useRef<HTMLButtonElement>(null);
  const listId = useId();
  const files = useRef<HTMLInputElement>(null);
  const left = LIMIT - text.length;
  const candidates = mentioning ? matching(people, mentioning.search) : [];
  useGrowing(field, text);

  function change(next: string, caret: number) {
    onText(next);
    const now = mentioningAt(next, caret);
    setMentioning(now);
    setActive(0);
    if (now) props.onMentioning?.(now.search);
  }

  /** Changes the text other than by typing. */
  function put(next: string, caret: number) {
    change(next, caret);
    setMentioning(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(caret, caret);
    });
  }

  function insert(what: string) {
    const { selectionStart = text.length, selectionEnd = text.length } = field.current ?? {};
    put(text.slice(0, selectionStart) + what + text.slice(selectionEnd), selectionStart + what.length);
  }

  function mention(person: PersonRef) {
    if (mentioning) put(...mentioned(text, mentioning, person.displayName));
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
    const isLast = event.shiftKey && (event.ctrlKey || event.metaKey);
    if (event.key === "Enter" && (isLast || !event.shiftKey)) {
      event.preventDefault();
      setMentioning(null);
      props.onEnter(isLast);
    } else props.onKey?.(event);
  }

  return (
    <>
      <div className="relative flex flex-wrap items-end gap-x-1 gap-y-2">
        {candidates.length > 0 && (
          <MentionList id={listId} people={candidates} active={active} onPick={mention} />
        )}
        <input
          ref={files}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            onFiles?.([...(event.target.files ?? [])]);
            event.target.value = "";
            field.current?.focus();
          }}
        />
        <Button
          kind="quiet"
          size="icon"
          aria-label={t("chat.attach")}
          title={t("chat.attach")}
          icon={<PaperclipIcon />}
          disabled={onFiles === null}
          onClick={() => files.current?.click()}
        />
        <label className="min-w-0 flex-1 basis-32">
          <span className="sr-only">{label}</span>
          <textarea
            ref={field}
            value={text}
            rows={1}
            placeholder={label}
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
              if (pasted.length === 0 || !onFiles) return;
              event.preventDefault();
              onFiles(pasted);
            }}
            className={cx(
              "field-sizing-content block max-h-48 min-h-9 w-full resize-none rounded-lg border bg-surface px-3 py-1.5 placeholder:text-muted",
              isNote ? "border-note-line" : "border-line-strong",
            )}
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
        {props.send}
      </div>
      <div className="flex justify-between gap-3 px-1 pt-1 text-xs text-muted empty:hidden">
        {props.hint && <span>{props.hint}</span>}
        {left <= COUNTED && (
          <span aria-live="polite" className={left < 0 ? "ml-auto text-danger" : "ml-auto"}>
            {t("app.characters", { count: left })}
          </span>
        )}
      </div>
    </>
  );
}

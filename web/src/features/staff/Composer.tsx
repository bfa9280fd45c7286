/** Two ways of writing that cannot be mistaken for each other; each keeps its own draft. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { FullTicket } from "~/api/schema";
import { useDraft } from "~/hooks/useDraft";
import { freshId } from "~/services/browser";
import { type Note, writeNote } from "~/services/staffService";
import { useMe } from "~/session/session";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { LockIcon, ReplyIcon } from "~/ui/icons";
import { tellFailed } from "~/ui/Toast";
import { KeyTip } from "./KeyTip";
import { notesKey, withNote } from "./useStaffExtras";

export type Mode = "answer" | "note";
const MODES = ["answer", "note"] as const;

interface Props {
  ticket: FullTicket;
  answer: ReactNode;
  mode: Mode;
  /** Grows whenever one wants to write, so that the focus goes there. */
  asked: number;
  onMode: (mode: Mode) => void;
}

export function Composer({ ticket, answer, mode, asked, onMode }: Props) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const isNote = mode === "note";

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew, it focuses anew
  useEffect(() => {
    if (asked > 0) frame.current?.querySelector<HTMLElement>("[data-mode]:not([hidden]) textarea")?.focus();
  }, [asked, mode]);

  return (
    <div
      ref={frame}
      className={cx("border-t", isNote ? "border-note-line bg-note" : "border-line bg-surface")}
    >
      <div role="group" aria-label={t("staff.composer")} className="flex items-center gap-1 px-3 pt-2">
        {MODES.map((name) => (
          <KeyTip key={name} command={name === "note" ? "note" : "reply"}>
            <button
              type="button"
              aria-pressed={mode === name}
              onClick={() => onMode(name)}
              className={cx(
                "inline-flex min-h-7 items-center gap-1.5 rounded-lg px-2.5 py-1 text-sm font-medium",
                mode !== name
                  ? cx("hover:bg-hover", isNote ? "text-note-text" : "text-muted")
                  : name === "note"
                    ? "bg-note-line text-[#2b2100]"
                    : "bg-accent-soft text-accent-text",
              )}
            >
              {name === "note" ? <LockIcon className="size-3.5" /> : <ReplyIcon className="size-3.5" />}
              {t(name === "note" ? "staff.note.label" : "staff.answer")}
            </button>
          </KeyTip>
        ))}
        {isNote && (
          <span className="ml-auto truncate text-xs font-medium text-note-text max-sm:hidden">
            {t("staff.note.write")}
          </span>
        )}
      </div>
      {/* Both stay, so that what was begun in one is there after a look at the other. */}
      <div data-mode="answer" hidden={isNote}>
        {answer}
      </div>
      <div data-mode="note" hidden={!isNote}>
        <NoteInput ticket={ticket} />
      </div>
    </div>
  );
}

function NoteInput({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const [text, setText, drop] = useDraft(`note.${me.id}.${ticket.id}`);
  const key = notesKey(ticket.id);
  const show = (note: Note) => queries.setQueryData<Note[]>(key, (known) => known && withNote(known, note));
  const write = useMutation({
    mutationFn: ({ note, clientId }: { note: string; clientId: string }) =>
      writeNote(ticket.id, note, clientId),
    onMutate: ({ note, clientId }) => {
      drop();
      show(unsent(ticket.id, note, clientId, me));
    },
    onSuccess: (answer) => show("notes" in answer ? (answer.notes[0] as Note) : answer),
    onError: (error, what) => {
      queries.setQueryData<Note[]>(key, (known) => known?.filter((note) => note.clientId !== what.clientId));
      // What was written is not lost; unless another note was begun meanwhile.
      setText(what.note);
      tellFailed(error, () => write.mutate(what));
    },
  });
  const send = () => {
    const note = text.trim();
    if (note !== "") write.mutate({ note, clientId: freshId() });
  };
  return (
    <div className="flex items-end gap-2 px-3 pt-2 pb-3 max-sm:flex-col">
      <textarea
        value={text}
        rows={2}
        aria-label={t("staff.note.write")}
        placeholder={t("staff.note.write")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) send();
        }}
        className="field-sizing-content max-h-48 min-h-14 w-full min-w-0 flex-1 resize-none rounded-lg border border-note-line bg-surface px-3 py-1.5 placeholder:text-muted"
      />
      <Button kind="note" icon={<LockIcon />} disabled={text.trim() === ""} onClick={send}>
        {t("staff.note.add")}
      </Button>
    </div>
  );
}

/** A note as it is shown until the desk has it. */
function unsent(ticket: string, note: string, clientId: string, author: Note["author"]): Note {
  return {
    id: "",
    ticket,
    author,
    note,
    html: null,
    kind: "text",
    mentions: [],
    attachment: null,
    createdAt: new Date().toISOString(),
    editedAt: null,
    isEdited: false,
    isDeleted: false,
    deletedAt: null,
    deletedBy: null,
    status: "queued",
    failure: null,
    eventId: null,
    clientId,
  };
}

/** An internal note. Nothing of it looks like an answer: colour, mark and words. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FilePreview } from "~/features/chat/FilePreview";
import { MessageBody } from "~/features/chat/MessageBody";
import { useTranslation } from "~/i18n/useTranslation";
import { deleteNote, editNote, type Note, retryNote } from "~/services/staffService";
import { useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { EditIcon, LockIcon, RetryIcon, TrashIcon, WarningIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";
import { tellDone, tellFailed } from "~/ui/Toast";
import { notesKey, withNote } from "./useStaffExtras";

/** For so long a note can be changed. */
const EDITABLE_MS = 5 * 60_000;
/** For so long a deletion can be taken back. */
const REGRET_MS = 5_000;

export function NoteBubble({ note }: { note: Note }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const me = useMe();
  const isCalled = note.mentions.includes(me.id) && !note.isDeleted;
  const [isEditing, setEditing] = useState(false);
  const [isGone, setGone] = useState(false);
  const key = notesKey(note.ticket);
  const show = (now: Note) => queries.setQueryData<Note[]>(key, (known) => known && withNote(known, now));
  const save = async (text: string) => {
    setEditing(false);
    if (text === "" || text === note.note) return;
    try {
      show(await editNote(note.ticket, note.id, text));
    } catch (error) {
      tellFailed(error, () => void save(text));
    }
  };
  const remove = () => {
    setGone(true);
    const timer = setTimeout(
      () =>
        deleteNote(note.ticket, note.id).then(
          () => queries.invalidateQueries({ queryKey: key }),
          (error) => {
            setGone(false);
            tellFailed(error);
          },
        ),
      REGRET_MS,
    );
    tellDone(t("staff.note.deleted"), {
      label: t("app.undo"),
      onClick: () => {
        clearTimeout(timer);
        setGone(false);
      },
    });
  };
  return (
    <article aria-label={t("staff.note.label")} className="group flex gap-2.5 pt-3">
      <div className="w-8 shrink-0">
        <Avatar name={note.author.displayName} url={note.author.avatarUrl} size={32} />
      </div>
      <div
        className={cx(
          "min-w-0 flex-1 rounded-xl border border-dashed border-note-line bg-note px-3.5 py-2",
          isCalled && "ring-2 ring-note-line",
        )}
      >
        <div className="flex min-h-6 flex-wrap items-center gap-x-2 pb-1 text-xs text-note-text">
          <LockIcon className="size-3.5" />
          <span className="font-semibold">{t("staff.note.label")}</span>
          <span>{note.author.displayName}</span>
          <RelativeTime at={note.createdAt} />
          {note.isEdited && !note.isDeleted && <span>{t("chat.edited")}</span>}
          {note.status === "queued" && <span>{t("chat.sending")}</span>}
          {!note.isDeleted && !isGone && note.id !== "" && (
            <NoteActions note={note} onEdit={() => setEditing(true)} onDelete={remove} />
          )}
        </div>
        {note.isDeleted || isGone ? (
          <p className="italic">{t("staff.note.deleted")}</p>
        ) : isEditing ? (
          <NoteEditor text={note.note} onSave={save} onCancel={() => setEditing(false)} />
        ) : note.attachment ? (
          <FilePreview file={note.attachment} />
        ) : (
          <MessageBody text={note.note} html={note.html} />
        )}
        {note.status === "failed" && (
          <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-danger">
            <WarningIcon className="size-4" />
            {t("chat.failed")}
            <Button
              size="small"
              icon={<RetryIcon className="size-4" />}
              onClick={() => retryNote(note.ticket, note.id).then(show, tellFailed)}
            >
              {t("app.retry")}
            </Button>
          </p>
        )}
      </div>
    </article>
  );
}

function NoteActions({ note, onEdit, onDelete }: { note: Note; onEdit: () => void; onDelete: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const isMine = note.author.id === me.id;
  const canEdit = isMine && !note.attachment && Date.now() - Date.parse(note.createdAt) < EDITABLE_MS;
  const button = "grid size-6 place-items-center rounded-md hover:bg-hover";
  return (
    <span className="ml-auto flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:none)]:opacity-100">
      {canEdit && (
        <button
          type="button"
          aria-label={t("chat.edit")}
          title={t("chat.edit")}
          onClick={onEdit}
          className={button}
        >
          <EditIcon className="size-4" />
        </button>
      )}
      {(isMine || me.role === "admin") && (
        <button
          type="button"
          aria-label={t("chat.delete")}
          title={t("chat.delete")}
          onClick={onDelete}
          className={button}
        >
          <TrashIcon className="size-4" />
        </button>
      )}
    </span>
  );
}

interface EditorProps {
  text: string;
  onSave: (text: string) => void;
  onCancel: () => void;
}

function NoteEditor({ text, onSave, onCancel }: EditorProps) {
  const { t } = useTranslation();
  const [now, setNow] = useState(text);
  return (
    <div className="flex flex-col gap-2">
      <textarea
        // biome-ignore lint/a11y/noAutofocus: whoever chose to edit wants to type
        autoFocus
        value={now}
        aria-label={t("chat.edit")}
        onChange={(event) => setNow(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) onSave(now.trim());
          if (event.key === "Escape") onCancel();
        }}
        className="field-sizing-content max-h-60 min-h-14 w-full resize-none rounded-lg border border-note-line bg-surface px-3 py-1.5"
      />
      <div className="flex justify-end gap-2">
        <Button size="small" onClick={onCancel}>
          {t("app.cancel")}
        </Button>
        <Button size="small" kind="note" disabled={now.trim() === ""} onClick={() => onSave(now.trim())}>
          {t("app.save")}
        </Button>
      </div>
    </div>
  );
}

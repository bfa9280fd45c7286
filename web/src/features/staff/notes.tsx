/** Internal notes: what staff tell each other. Nothing of them looks like an answer: colour, mark, words, draft, button. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FullTicket } from "~/api/schema";
import type { Extra } from "~/features/chat/ChatWindow";
import { FilePreview } from "~/features/chat/FilePreview";
import { MessageBody } from "~/features/chat/MessageBody";
import { useDraft } from "~/hooks/useDraft";
import * as live from "~/services/socketService";
import {
  deleteNote,
  getNotes,
  getTimeline,
  type Note,
  type TimelineEntry,
  writeNote,
} from "~/services/staffService";
import { useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { LockIcon, TrashIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";
import { tellFailed } from "~/ui/Toast";

/** Notes and the timeline, to stand between the messages. */
export function useStaffExtras(ticket: FullTicket, withTimeline: boolean): Extra[] {
  const queries = useQueryClient();
  const { id, version } = ticket;
  const { data: notes } = useQuery({
    queryKey: ["notes", id],
    queryFn: ({ signal }) => getNotes(id, signal),
  });
  const { data: timeline } = useQuery({
    queryKey: ["timeline", id, version],
    queryFn: ({ signal }) => getTimeline(id, signal),
    enabled: withTimeline,
    placeholderData: (before) => before,
  });

  useEffect(() => {
    const changed = (told: { ticket: string }) => {
      if (told.ticket === id) void queries.invalidateQueries({ queryKey: ["notes", id] });
    };
    const events = ["new-note", "note-edited", "note-deleted", "note-status"] as const;
    const stop = events.map((event) => live.on(event, changed));
    return () => {
      for (const end of stop) end();
    };
  }, [id, queries]);

  return useMemo(() => {
    const written = (notes?.items ?? []).map(
      (note): Extra => ({ key: note.id, at: note.createdAt, node: <NoteBubble note={note} /> }),
    );
    const happened = withTimeline
      ? (timeline?.items ?? [])
          .filter((entry) => !SAID.has(entry.what))
          .map((entry): Extra => ({ key: entry.id, at: entry.at, node: <TimelineLine entry={entry} /> }))
      : [];
    return [...written, ...happened];
  }, [notes, timeline, withTimeline]);
}

/** What the conversation itself tells. */
const SAID = new Set(["created", "status-changed", "assigned", "participant-added", "participant-removed"]);

function NoteBubble({ note }: { note: Note }) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const isMine = note.author.id === me.id;
  const remove = () =>
    deleteNote(note.ticket, note.id).then(
      () => queries.invalidateQueries({ queryKey: ["notes", note.ticket] }),
      (error) => tellFailed(error),
    );
  return (
    <article className="group flex gap-2.5 pt-3">
      <div className="w-8 shrink-0">
        <Avatar name={note.author.displayName} url={note.author.avatarUrl} size={32} />
      </div>
      <div className="min-w-0 flex-1 rounded-xl border border-dashed border-note-line bg-note px-3.5 py-2">
        <div className="flex items-center gap-2 pb-1 text-xs text-note-text">
          <LockIcon className="size-3.5" />
          <span className="font-semibold">{t("staff.note.label")}</span>
          <span>{note.author.displayName}</span>
          <RelativeTime at={note.createdAt} />
          {note.isEdited && <span>{t("chat.edited")}</span>}
          {isMine && !note.isDeleted && (
            <button
              type="button"
              aria-label={t("chat.delete")}
              onClick={remove}
              className="ml-auto opacity-0 group-focus-within:opacity-100 group-hover:opacity-100"
            >
              <TrashIcon className="size-4" />
            </button>
          )}
        </div>
        {note.isDeleted ? (
          <p className="italic">{t("staff.note.deleted")}</p>
        ) : note.attachment ? (
          <FilePreview file={note.attachment} />
        ) : (
          <MessageBody text={note.note} html={note.html} />
        )}
      </div>
    </article>
  );
}

function TimelineLine({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation();
  const shown = (value: TimelineEntry["from"]) =>
    value === null
      ? ""
      : typeof value === "string"
        ? value
        : ((value as { displayName?: string }).displayName ?? "");
  const change = [shown(entry.from), shown(entry.to)].filter(Boolean).join(" → ");
  return (
    <p className="py-1.5 text-center text-xs text-muted">
      {t("timeline.other", {
        actor: entry.actor?.displayName ?? t("timeline.desk"),
        what: t(`timeline.what.${entry.what}`),
      })}
      {change && `: ${change}`} · <RelativeTime at={entry.at} />
    </p>
  );
}

/** Two ways of writing that cannot be mistaken for each other. */
export function Composer({ ticket, answer }: { ticket: FullTicket; answer: ReactNode }) {
  const { t } = useTranslation();
  const [isNote, setNote] = useState(false);
  return (
    <div className={cx(isNote && "bg-note")}>
      <div role="group" aria-label={t("staff.composer")} className="flex gap-1 px-3 pt-2">
        {[false, true].map((note) => (
          <button
            key={String(note)}
            type="button"
            aria-pressed={isNote === note}
            onClick={() => setNote(note)}
            className={cx(
              "inline-flex items-center gap-1.5 rounded-lg px-2.5 py-1 text-sm font-medium",
              isNote === note
                ? note
                  ? "bg-note-line text-[#2b2100]"
                  : "bg-accent-soft text-accent-text"
                : "text-muted hover:bg-hover",
            )}
          >
            {note && <LockIcon className="size-3.5" />}
            {t(note ? "staff.note.label" : "staff.answer")}
          </button>
        ))}
      </div>
      {isNote ? <NoteInput ticket={ticket} /> : answer}
    </div>
  );
}

function NoteInput({ ticket }: { ticket: FullTicket }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText, drop] = useDraft(`note.${ticket.id}`);
  const write = useMutation({
    mutationFn: ({ note, clientId }: { note: string; clientId: string }) =>
      writeNote(ticket.id, note, clientId),
    onSuccess: () => {
      drop();
      return queries.invalidateQueries({ queryKey: ["notes", ticket.id] });
    },
    onError: (error, what) => tellFailed(error, () => write.mutate(what)),
  });
  const send = () => {
    if (text.trim() !== "" && !write.isPending)
      write.mutate({ note: text.trim(), clientId: crypto.randomUUID() });
  };
  return (
    <div className="flex items-end gap-2 px-3 pt-2 pb-3">
      <textarea
        value={text}
        rows={2}
        aria-label={t("staff.note.write")}
        placeholder={t("staff.note.write")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) send();
        }}
        className="field-sizing-content max-h-48 min-h-14 min-w-0 flex-1 resize-none rounded-lg border border-note-line bg-surface px-3 py-1.5 placeholder:text-muted"
      />
      <Button
        kind="note"
        icon={<LockIcon />}
        isBusy={write.isPending}
        disabled={text.trim() === ""}
        onClick={send}
      >
        {t("staff.note.add")}
      </Button>
    </div>
  );
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { FullTicket, PersonRef } from "~/api/schema";
import { mentionsIn } from "~/features/chat/mentions";
import { UploadList } from "~/features/chat/UploadList";
import { LIMIT, WriteField } from "~/features/chat/WriteField";
import { useDraft } from "~/hooks/useDraft";
import type { Uploads } from "~/hooks/useUploads";
import { useTranslation } from "~/i18n/useTranslation";
import { freshId } from "~/services/browser";
import { getAssignable, getNamedStaff, type Note, writeNote } from "~/services/staffService";
import { useMe } from "~/session/session";
import { Button } from "~/ui/Button";
import { LockIcon } from "~/ui/icons";
import { tellFailed } from "~/ui/Toast";
import { notesKey, withNote } from "./useStaffExtras";

interface Props {
  ticket: FullTicket;
  files: Uploads;
  largest: number;
}

interface Written {
  note: string;
  mentions: string[];
  clientId: string;
}

/** Where staff write to each other; nobody is told that somebody types here. */
export function NoteInput({ ticket, files, largest }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText, drop] = useDraft(`note.${me.id}.${ticket.id}`);
  const { people, known, look } = useReaders(ticket);
  const key = notesKey(ticket.id);
  const show = (note: Note) => queries.setQueryData<Note[]>(key, (known) => known && withNote(known, note));
  const write = useMutation({
    mutationFn: ({ note, mentions, clientId }: Written) => writeNote(ticket.id, note, mentions, clientId),
    onMutate: (what) => {
      drop();
      show(unsent(ticket.id, what, me));
    },
    onSuccess: (answer) => show("notes" in answer ? (answer.notes[0] as Note) : answer),
    onError: (error, what) => {
      queries.setQueryData<Note[]>(key, (known) => known?.filter((note) => note.clientId !== what.clientId));
      // What was written is not lost.
      setText(what.note);
      tellFailed(error, () => write.mutate(what));
    },
  });
  const canSend = text.length <= LIMIT && (text.trim() !== "" || files.isReady);
  const sendFiles = async () => {
    await files.send(ticket.id);
    await queries.invalidateQueries({ queryKey: key });
  };
  const send = () => {
    if (!canSend) return;
    const note = text.trim();
    const wanted = files.isReady ? () => void sendFiles() : undefined;
    field.current?.focus();
    if (note === "") return wanted?.();
    const mentions = mentionsIn(note, known()).filter((id) => id !== me.id);
    // The files stand behind what is said of them.
    write.mutate({ note, mentions, clientId: freshId() }, { onSettled: () => wanted?.() });
  };
  return (
    <div className="px-3 pt-2 pb-3">
      <UploadList
        uploads={files}
        largest={largest}
        onAgain={(upload) => files.again(upload, ticket.id)}
        className="pb-2"
      />
      <WriteField
        label={t("staff.note.write")}
        text={text}
        onText={setText}
        field={field}
        people={people}
        onMentioning={look}
        onFiles={files.add}
        onEnter={send}
        isNote
        send={
          <Button kind="note" icon={<LockIcon />} className="ml-auto" disabled={!canSend} onClick={send}>
            {t("staff.note.add")}
          </Button>
        }
      />
    </div>
  );
}

/** Who may read the notes about a ticket, as far as they were looked for. */
function useReaders({ id, confidential }: FullTicket) {
  const [search, setSearch] = useState("");
  const seen = useRef(new Map<string, PersonRef>());
  const { data: found } = useQuery({
    queryKey: ["assignable", search],
    queryFn: ({ signal }) => getAssignable(search, signal),
    enabled: !confidential,
    placeholderData: (before) => before,
  });
  const { data: named } = useQuery({
    queryKey: ["named", id],
    queryFn: ({ signal }) => getNamedStaff(id, signal),
    enabled: confidential,
  });
  const people: PersonRef[] = (confidential ? named : found)?.items ?? [];
  for (const person of people) seen.current.set(person.id, person);
  return { people, known: () => [...seen.current.values()], look: setSearch };
}

/** A note as it is shown until the desk has it. */
function unsent(ticket: string, { note, mentions, clientId }: Written, author: Note["author"]): Note {
  return {
    id: "",
    ticket,
    author,
    note,
    html: null,
    kind: "text",
    mentions,
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

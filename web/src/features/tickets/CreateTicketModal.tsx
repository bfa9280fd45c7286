import { Dialog } from "@base-ui/react/dialog";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, lazy, Suspense, useDeferredValue, useRef, useState } from "react";
import { useDropzone } from "react-dropzone";
import { useTranslation } from "react-i18next";
import { ProblemError } from "~/api/problem";
import type { Category, Impact, Priority } from "~/api/schema";
import { useDraft } from "~/hooks/useDraft";
import { deskSettings } from "~/hooks/useSettings";
import { createTicket, getMyTickets } from "~/services/supportService";
import { uploadAttachment } from "~/services/uploads";
import { Button } from "~/ui/Button";
import { bytes } from "~/ui/bytes";
import { cx } from "~/ui/cx";
import { Field, INPUT, TextField } from "~/ui/Field";
import { CloseIcon, FileIcon } from "~/ui/icons";
import { tellDone, tellFailed } from "~/ui/Toast";
import { CATEGORIES, PRIORITIES } from "./ticketSearch";

const Markdown = lazy(() => import("~/ui/Markdown"));

interface Picked {
  clientId: string;
  file: File;
}

/** Asks something new. What was written is kept until it has been sent. */
export default function CreateTicketModal({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data: settings } = useQuery(deskSettings());
  const [title, setTitle, dropTitle] = useDraft("new.title");
  const [description, setDescription, dropDescription] = useDraft("new.description");
  const [category, setCategory] = useState<Category>("general");
  const [priority, setPriority] = useState<Priority>("medium");
  const [impact, setImpact] = useState<Impact>("none");
  const [files, setFiles] = useState<Picked[]>([]);
  const [isPreview, setPreview] = useState(false);
  const [missing, setMissing] = useState<{ title?: string; description?: string }>({});
  // The same ticket, however often it has to be sent.
  const clientId = useRef(crypto.randomUUID());
  const largest = settings?.maxFileSize ?? Number.POSITIVE_INFINITY;
  const asksImpact = settings?.studentPriority === "impact";

  const pick = (given: File[]) => {
    for (const file of given.filter((one) => one.size > largest)) {
      tellFailed(new Error(`${file.name} ${t("create.tooLarge", { size: bytes(largest, i18n.language) })}`));
    }
    const fit = given.filter((one) => one.size <= largest);
    setFiles((now) => [...now, ...fit.map((file) => ({ clientId: crypto.randomUUID(), file }))]);
  };
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    onDrop: pick,
    noClick: true,
    noKeyboard: true,
  });

  const create = useMutation({
    mutationFn: async () => {
      const ticket = await createTicket({
        title: title.trim(),
        description: description.trim(),
        category,
        clientId: clientId.current,
        ...(asksImpact ? { impact } : { priority }),
      });
      for (const { file, clientId } of files) {
        const sent = uploadAttachment({
          ticket: ticket.id,
          file,
          clientId,
          onProgress: () => undefined,
          signal: new AbortController().signal,
        });
        const outcome = await sent.catch((error: Error) => ({ message: null, detail: error.message }));
        if (outcome.message === null) tellFailed(new Error(`${file.name}: ${outcome.detail}`));
      }
      return ticket;
    },
    onSuccess: async (ticket) => {
      dropTitle();
      dropDescription();
      await queries.invalidateQueries({ queryKey: ["tickets"] });
      tellDone(t("create.opened", { number: ticket.ticketId }));
      onClose();
      await navigate({ to: "/tickets/$ticketId", params: { ticketId: ticket.ticketId } });
    },
    onError: (error) => {
      if (error instanceof ProblemError && error.status === 422) {
        const at = { title: error.at("title"), description: error.at("description") };
        if (at.title || at.description) {
          setMissing({
            ...(at.title && { title: at.title }),
            ...(at.description && { description: at.description }),
          });
          return;
        }
      }
      tellFailed(error, () => create.mutate());
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const wrong = {
      ...(title.trim() === "" && { title: t("create.titleMissing") }),
      ...(description.trim() === "" && { description: t("create.descriptionMissing") }),
    };
    setMissing(wrong);
    if (Object.keys(wrong).length === 0) create.mutate();
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed inset-0 z-50 overflow-y-auto bg-raised outline-none sm:inset-auto sm:top-1/2 sm:left-1/2 sm:max-h-[calc(100dvh-3rem)] sm:w-[calc(100vw-3rem)] sm:max-w-2xl sm:-translate-1/2 sm:rounded-2xl sm:shadow-pop">
          <form
            onSubmit={submit}
            noValidate
            {...getRootProps({ role: "form" })}
            onPaste={(event) => {
              const pasted = [...event.clipboardData.files];
              if (pasted.length > 0) pick(pasted);
            }}
            className={cx("flex flex-col gap-4 p-5 sm:p-6", isDragActive && "bg-accent-soft")}
          >
            <input {...getInputProps()} />
            <div className="flex items-center justify-between">
              <Dialog.Title className="text-lg font-semibold">{t("create.title")}</Dialog.Title>
              <Dialog.Close
                render={<Button kind="quiet" size="icon" aria-label={t("app.close")} icon={<CloseIcon />} />}
              />
            </div>
            <TextField
              label={t("create.subject")}
              hint={t("create.subjectHint")}
              error={missing.title}
              value={title}
              maxLength={200}
              onChange={(event) => setTitle(event.target.value)}
            />
            <Similar title={title} onOpen={onClose} />
            <Field
              label={t("create.description")}
              hint={t("create.descriptionHint")}
              error={missing.description}
              aside={
                <button
                  type="button"
                  className="font-medium text-accent-text"
                  onClick={() => setPreview(!isPreview)}
                >
                  {isPreview ? t("create.write") : t("create.preview")}
                </button>
              }
            >
              {(bound) =>
                isPreview ? (
                  <div className="message-body min-h-36 rounded-lg border border-line bg-surface px-3 py-2">
                    <Suspense>
                      {description.trim() ? <Markdown text={description} /> : t("create.nothing")}
                    </Suspense>
                  </div>
                ) : (
                  <textarea
                    {...bound}
                    value={description}
                    rows={6}
                    onChange={(event) => setDescription(event.target.value)}
                    className={cx(INPUT, "field-sizing-content max-h-96 min-h-36 py-2")}
                  />
                )
              }
            </Field>
            <fieldset className="flex flex-col gap-1.5">
              <legend className="mb-1 text-sm font-medium">{t("category.label")}</legend>
              <div className="flex flex-wrap gap-1.5">
                {CATEGORIES.map((name) => (
                  <ChoiceChip
                    key={name}
                    name="category"
                    label={t(`category.${name}`)}
                    isChosen={category === name}
                    onChoose={() => setCategory(name)}
                  />
                ))}
              </div>
            </fieldset>
            <fieldset className="flex flex-col gap-1.5">
              <legend className="mb-1 text-sm font-medium">
                {t(asksImpact ? "impact.label" : "priority.label")}
              </legend>
              <div className="flex flex-wrap gap-1.5">
                {asksImpact
                  ? settings?.impacts.map((one) => (
                      <ChoiceChip
                        key={one.impact}
                        name="impact"
                        label={t(`impact.${one.impact}`)}
                        isChosen={impact === one.impact}
                        onChoose={() => setImpact(one.impact)}
                      />
                    ))
                  : PRIORITIES.map((name) => (
                      <ChoiceChip
                        key={name}
                        name="priority"
                        label={t(`priority.${name}`)}
                        isChosen={priority === name}
                        onChoose={() => setPriority(name)}
                      />
                    ))}
              </div>
            </fieldset>
            <div className="flex flex-col gap-1.5">
              <span className="text-sm font-medium">{t("create.files")}</span>
              <div className="rounded-lg border border-dashed border-line-strong px-3 py-3 text-center text-sm text-muted">
                {t("create.drop")}{" "}
                <button type="button" className="font-semibold text-accent-text" onClick={open}>
                  {t("create.browse")}
                </button>
                {settings && <> ({t("create.upTo", { size: bytes(largest, i18n.language) })})</>}
              </div>
              <ul className="flex flex-col gap-1">
                {files.map(({ clientId, file }) => (
                  <li key={clientId} className="flex items-center gap-2 text-sm">
                    <FileIcon className="text-muted" />
                    <span className="min-w-0 flex-1 truncate">{file.name}</span>
                    <span className="text-xs text-muted">{bytes(file.size, i18n.language)}</span>
                    <Button
                      kind="quiet"
                      size="icon-small"
                      aria-label={t("file.remove", { name: file.name })}
                      icon={<CloseIcon />}
                      onClick={() => setFiles((now) => now.filter((other) => other.clientId !== clientId))}
                    />
                  </li>
                ))}
              </ul>
            </div>
            <div className="flex items-center justify-end gap-2">
              {(title || description) && (
                <span className="mr-auto text-xs text-muted">{t("create.draftKept")}</span>
              )}
              <Button onClick={onClose}>{t("app.cancel")}</Button>
              <Button type="submit" kind="primary" isBusy={create.isPending}>
                {create.isPending ? t("create.sending") : t("create.submit")}
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ChoiceChipProps {
  name: string;
  label: string;
  isChosen: boolean;
  onChoose: () => void;
}

function ChoiceChip({ name, label, isChosen, onChoose }: ChoiceChipProps) {
  return (
    <label
      className={cx(
        "cursor-pointer rounded-full border px-3 py-1 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent",
        isChosen ? "border-accent bg-accent-soft font-medium text-accent-text" : "border-line hover:bg-hover",
      )}
    >
      <input type="radio" name={name} checked={isChosen} onChange={onChoose} className="sr-only" />
      {label}
    </label>
  );
}

/** One's own tickets that are about the same, while the title is being typed. */
function Similar({ title, onOpen }: { title: string; onOpen: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const wanted = useDeferredValue(title.trim());
  const words = wanted.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 3);
  const word = words.sort((one, other) => other.length - one.length)[0];
  const { data } = useQuery({
    queryKey: ["similar", word],
    queryFn: ({ signal }) => getMyTickets({ q: word as string, limit: 3 }, signal),
    enabled: word !== undefined,
    staleTime: 60_000,
  });
  if (!word || !data?.items.length) return null;
  return (
    <div className="rounded-lg bg-info-soft px-3 py-2 text-sm">
      <p className="font-medium text-info">{t("create.similar")}</p>
      <ul>
        {data.items.map((ticket) => (
          <li key={ticket.id}>
            <button
              type="button"
              className="py-0.5 text-left underline"
              onClick={() => {
                onOpen();
                void navigate({ to: "/tickets/$ticketId", params: { ticketId: ticket.ticketId } });
              }}
            >
              {ticket.title}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

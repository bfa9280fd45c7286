import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { useDropzone } from "react-dropzone";
import type { Linked } from "~/api/schema";
import { UploadList } from "~/features/chat/UploadList";
import { deskSettings } from "~/hooks/useSettings";
import { useUploads } from "~/hooks/useUploads";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { bytes } from "~/ui/bytes";
import { ChoiceChips } from "~/ui/ChoiceChips";
import { cx } from "~/ui/cx";
import { TextField } from "~/ui/Field";
import { CloseIcon } from "~/ui/icons";
import { tellDone } from "~/ui/Toast";
import { DESCRIPTION_LIMIT, DescriptionField } from "./DescriptionField";
import { SimilarTickets } from "./SimilarTickets";
import { CATEGORIES, PRIORITIES } from "./ticketSearch";
import { useNewTicket } from "./useNewTicket";

interface Props {
  onClose: () => void;
  /** The ticket from which the new one goes on. */
  follows?: Linked;
}

/** Asks something new. What was written is kept until it has been sent. */
export default function CreateTicketModal({ onClose, follows }: Props) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const { data: settings } = useQuery(deskSettings());
  const largest = settings?.maxFileSize ?? Number.POSITIVE_INFINITY;
  const asksImpact = settings?.studentPriority === "impact";
  const uploads = useUploads(largest);
  const [missing, setMissing] = useState<{ title?: string; description?: string }>({});
  const open = (ticketId: string) => {
    onClose();
    void navigate({ to: "/tickets/$ticketId", params: { ticketId } });
  };
  const ticket = useNewTicket({
    uploads,
    asksImpact,
    follows,
    onDone: ({ ticketId }) => {
      tellDone(t("create.opened", { number: ticketId }));
      open(ticketId);
    },
  });
  const { opened, title, description } = ticket;
  const {
    getRootProps,
    getInputProps,
    open: browse,
    isDragActive,
  } = useDropzone({
    onDrop: uploads.add,
    noClick: true,
    noKeyboard: true,
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const over = description.length - DESCRIPTION_LIMIT;
    const wrong = {
      ...(title.trim() === "" && { title: t("create.titleMissing") }),
      ...(description.trim() === "" && { description: t("create.descriptionMissing") }),
      ...(over > 0 && { description: t("student.create.tooLong", { count: over }) }),
    };
    const isFine = opened !== null || Object.keys(wrong).length === 0;
    setMissing(isFine ? {} : wrong);
    if (isFine) return ticket.send();
    const field = "title" in wrong ? "title" : "description";
    form.current?.querySelector<HTMLElement>(`[name=${field}]`)?.focus();
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && !ticket.isSending && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed inset-0 z-50 overflow-y-auto bg-raised outline-none sm:inset-auto sm:top-1/2 sm:left-1/2 sm:max-h-[calc(100dvh-3rem)] sm:w-[calc(100vw-3rem)] sm:max-w-2xl sm:-translate-1/2 sm:rounded-2xl sm:shadow-pop">
          <div {...getRootProps({ role: "presentation", tabIndex: -1 })} className="outline-none">
            <input {...getInputProps()} aria-label={t("create.files")} />
            <form
              ref={form}
              onSubmit={submit}
              noValidate
              aria-label={t("create.title")}
              onPaste={(event) => {
                const pasted = [...event.clipboardData.files];
                if (pasted.length > 0) uploads.add(pasted);
              }}
              className={cx("flex flex-col gap-4 p-5 sm:p-6", isDragActive && "bg-accent-soft")}
            >
              <div className="flex items-center justify-between">
                <Dialog.Title className="text-lg font-semibold">
                  {follows ? t("student.create.followTitle") : t("create.title")}
                </Dialog.Title>
                <Dialog.Close
                  render={
                    <Button kind="quiet" size="icon" aria-label={t("app.close")} icon={<CloseIcon />} />
                  }
                />
              </div>
              {follows && (
                <p className="rounded-lg bg-sunken px-3 py-2 text-sm text-muted">
                  {t("student.followUpOf", { number: follows.ticketId, title: follows.title })}
                </p>
              )}
              {!opened && (
                <>
                  <TextField
                    label={t("create.subject")}
                    hint={t("create.subjectHint")}
                    error={missing.title ?? ticket.wrongAt("title")}
                    name="title"
                    value={title}
                    maxLength={200}
                    required
                    onChange={(event) => ticket.setTitle(event.target.value)}
                  />
                  <SimilarTickets title={title} onOpen={onClose} />
                  <DescriptionField
                    value={description}
                    error={missing.description ?? ticket.wrongAt("description")}
                    onChange={ticket.setDescription}
                  />
                  <ChoiceChips
                    label={t("category.label")}
                    value={ticket.category}
                    choices={CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) }))}
                    onChange={ticket.setCategory}
                  />
                  {asksImpact ? (
                    <ChoiceChips
                      label={t("impact.label")}
                      value={ticket.impact}
                      choices={settings.impacts.map(({ impact: value }) => ({
                        value,
                        label: t(`impact.${value}`),
                      }))}
                      onChange={ticket.setUrgency}
                    />
                  ) : (
                    <ChoiceChips
                      label={t("priority.label")}
                      value={ticket.priority}
                      choices={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))}
                      onChange={ticket.setUrgency}
                    />
                  )}
                </>
              )}
              <div className="flex flex-col gap-2">
                {opened ? (
                  <p role="status" className="text-sm">
                    {ticket.isSending
                      ? t("student.create.sendingFiles")
                      : t("student.create.filesFailed", { number: opened.ticketId })}
                  </p>
                ) : (
                  <>
                    <span className="text-sm font-medium">{t("create.files")}</span>
                    <div className="rounded-lg border border-dashed border-line-strong px-3 py-3 text-center text-sm text-muted">
                      {t("create.drop")}{" "}
                      <button
                        type="button"
                        className="min-h-6 font-semibold text-accent-text underline"
                        onClick={browse}
                      >
                        {t("create.browse")}
                      </button>
                      {settings && <> ({t("create.upTo", { size: bytes(largest, i18n.language) })})</>}
                    </div>
                  </>
                )}
                <UploadList
                  uploads={uploads}
                  largest={largest}
                  {...(opened && { onAgain: (upload) => uploads.again(upload, opened.id) })}
                />
              </div>
              <div className="sticky bottom-0 -mx-5 -mb-5 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-raised px-5 py-3.5 sm:-mx-6 sm:-mb-6 sm:px-6">
                {opened ? (
                  <Button disabled={ticket.isSending} onClick={() => open(opened.ticketId)}>
                    {t("student.create.toTicket")}
                  </Button>
                ) : (
                  <>
                    {(title || description) && (
                      <span className="mr-auto flex items-center gap-1 text-xs text-muted">
                        {t("create.draftKept")}
                        <Button kind="quiet" size="small" onClick={ticket.discard}>
                          {t("create.discard")}
                        </Button>
                      </span>
                    )}
                    <Button disabled={ticket.isSending} onClick={onClose}>
                      {t("app.cancel")}
                    </Button>
                  </>
                )}
                <Button type="submit" kind="primary" isBusy={ticket.isSending}>
                  {ticket.isSending
                    ? t("create.sending")
                    : t(opened ? "student.create.sendFilesAgain" : "create.submit")}
                </Button>
              </div>
            </form>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

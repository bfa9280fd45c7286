import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { ImportRow } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { copyText } from "~/services/browser";
import { type Import, importPeople } from "~/services/peopleService";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Dialog } from "~/ui/Dialog";
import { FileIcon } from "~/ui/icons";
import { tellDone, tellFailed } from "~/ui/Toast";
import { Refusal } from "./PersonDialogs";

/** Takes over a roster: what would come of each line is shown first, and done when it was seen. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<{ name: string; roster: string } | null>(null);
  const look = useMutation({
    mutationFn: async (given: File) => {
      const roster = await given.text();
      const found = await importPeople(roster, true);
      setFile({ name: given.name, roster });
      return found;
    },
  });
  const take = useMutation({
    mutationFn: (roster: string) => importPeople(roster, false),
    onSuccess: (done) => {
      void queries.invalidateQueries({ queryKey: ["people"] });
      void queries.invalidateQueries({ queryKey: ["teams"] });
      tellDone(t("admin.import.done", { created: done.created, updated: done.updated }));
    },
  });
  const outcome = take.data ?? look.data;
  const isWorthIt = look.data !== undefined && look.data.created + look.data.updated > 0;
  return (
    <Dialog
      isOpen
      isWide
      onOpenChange={onClose}
      title={t("admin.import.title")}
      description={t("admin.import.hint")}
      actions={
        take.data ? (
          <>
            {take.data.rows.some((row) => row.invitation) && <InvitationsButton done={take.data} />}
            <Button kind="primary" onClick={onClose}>
              {t("admin.done")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t("app.cancel")}</Button>
            <Button
              kind="primary"
              disabled={!file || !isWorthIt || look.isPending}
              isBusy={take.isPending}
              onClick={() => file && take.mutate(file.roster)}
            >
              {t("admin.import.apply")}
            </Button>
          </>
        )
      }
    >
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv,text/plain"
        hidden
        onChange={(event) => {
          const given = event.target.files?.[0];
          if (given) look.mutate(given);
          event.target.value = "";
        }}
      />
      {!take.data && (
        <div className="flex flex-wrap items-center gap-3">
          <Button icon={<FileIcon />} isBusy={look.isPending} onClick={() => input.current?.click()}>
            {t(file ? "admin.import.another" : "admin.import.choose")}
          </Button>
          {file && (
            <span className="min-w-0 truncate text-sm text-muted" title={file.name}>
              {file.name}
            </span>
          )}
        </div>
      )}
      <Refusal error={take.error ?? look.error} fields={[]} />
      {outcome && !look.error && <Outcome outcome={outcome} />}
    </Dialog>
  );
}

const COLOURS = {
  created: "text-good",
  updated: "text-info",
  unchanged: "text-muted",
  failed: "text-danger",
} as const;

function Outcome({ outcome }: { outcome: Import }) {
  const { t } = useTranslation();
  const tense = outcome.dryRun ? "will" : "did";
  return (
    <>
      <p className="text-sm font-medium" role="status">
        {t(`admin.import.summary.${tense}`, {
          created: outcome.created,
          updated: outcome.updated,
          unchanged: outcome.unchanged,
          failed: outcome.failed,
        })}
      </p>
      <div className="max-h-80 overflow-y-auto rounded-lg border border-line">
        <table className="w-full text-sm">
          <caption className="sr-only">{t("admin.import.title")}</caption>
          <thead className="sticky top-0 bg-raised text-left text-xs text-muted">
            <tr>
              <th className="px-3 py-1.5">{t("admin.import.line")}</th>
              <th className="px-3 py-1.5">{t("signIn.email")}</th>
              <th className="px-3 py-1.5">{t("admin.import.outcome")}</th>
            </tr>
          </thead>
          <tbody>
            {outcome.rows.map((row) => (
              <tr key={row.line} className="border-t border-line align-top">
                <td className="tabular px-3 py-1.5 text-muted">{row.line}</td>
                <td className="px-3 py-1.5">{row.email || "–"}</td>
                <td className="px-3 py-1.5">
                  <span className={cx("font-medium", COLOURS[row.outcome])}>
                    {t(`admin.import.${tense}.${row.outcome}`)}
                  </span>
                  {row.detail && <span className="block text-muted">{row.detail}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** The invitations are told this once: they are copied all together, to be handed on. */
function InvitationsButton({ done }: { done: Import }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const line = ({ email, invitation }: ImportRow) => (invitation ? [`${email}\t${invitation.link}`] : []);
  const copy = () =>
    copyText(done.rows.flatMap(line).join("\n")).then(
      () => setCopied(true),
      (error) => tellFailed(error),
    );
  return (
    <Button onClick={() => void copy()} aria-live="polite">
      {t(isCopied ? "app.copied" : "admin.import.invitations")}
    </Button>
  );
}

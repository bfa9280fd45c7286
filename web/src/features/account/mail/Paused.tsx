import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "~/i18n/useTranslation";
import { type MailPreferences, resumeMails } from "~/services/mailService";
import { Button } from "~/ui/Button";
import { dateFormat } from "~/ui/formats";
import { WarningIcon } from "~/ui/icons";
import { tellDone, tellFailed } from "~/ui/Toast";
import { MAIL_PREFERENCES } from "./useMailPreferences";

interface Props {
  paused: NonNullable<MailPreferences["paused"]>;
  address: string;
  onResumed: () => void;
}

/** That one's address gets no mail any more, why, and a way back. */
export function Paused({ paused, address, onResumed }: Props) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const resume = useMutation({
    mutationFn: resumeMails,
    onSuccess: (preferences) => {
      queries.setQueryData(MAIL_PREFERENCES, preferences);
      tellDone(t("mail.paused.done"));
      onResumed();
    },
    onError: (error) => tellFailed(error, () => resume.mutate()),
  });
  const day = dateFormat(i18n.language, { dateStyle: "long" }).format(Date.parse(paused.since));
  return (
    <div role="status" className="flex gap-2.5 rounded-lg bg-warn-soft px-3 py-2.5 text-sm">
      <WarningIcon className="mt-0.5 shrink-0 text-warn" />
      <div className="flex min-w-0 flex-col items-start gap-2">
        <p className="font-semibold">{t("mail.paused.title")}</p>
        <p className="wrap-anywhere">{t("mail.paused.detail", { day, address })}</p>
        <p className="font-mono text-xs wrap-anywhere">{paused.why}</p>
        <Button size="small" isBusy={resume.isPending} onClick={() => resume.mutate()}>
          {t("mail.paused.again")}
        </Button>
      </div>
    </div>
  );
}

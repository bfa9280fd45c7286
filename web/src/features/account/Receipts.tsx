import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "~/api/client";
import type { OwnSettings } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Switch } from "~/ui/Switch";
import { tellFailed } from "~/ui/Toast";
import { Section } from "./Section";

const KEY = ["me", "settings"] as const;

/** Whether others are told how far one has read; for staff. */
export function Receipts() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: settings } = useQuery({ queryKey: KEY, queryFn: () => data(api.GET("/api/auth/me")) });
  const hide = useMutation({
    mutationFn: (hideReadReceipts: boolean) => data(api.PUT("/api/auth/me", { body: { hideReadReceipts } })),
    onMutate: async (hideReadReceipts) => {
      await queries.cancelQueries({ queryKey: KEY });
      const known = queries.getQueryData<OwnSettings>(KEY);
      queries.setQueryData<OwnSettings>(KEY, (now) => now && { ...now, hideReadReceipts });
      return known;
    },
    onError: (error, wanted, known) => {
      queries.setQueryData(KEY, known);
      tellFailed(error, () => hide.mutate(wanted));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <Section title={t("account.receipts.title")}>
      <Switch
        label={t("account.receipts.switch")}
        hint={t("account.receipts.detail")}
        checked={settings?.hideReadReceipts ?? false}
        disabled={!settings}
        onChange={(isHidden) => hide.mutate(isHidden)}
      />
    </Section>
  );
}

import type { ReactNode } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { WarningIcon } from "~/ui/icons";

/** A link that was used, or is too old, and what helps. */
export function LinkOver({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="flex gap-2.5 rounded-lg bg-warn-soft px-3 py-2.5 text-sm">
      <WarningIcon className="mt-0.5 text-warn" />
      <div>
        <p className="font-semibold">{t("account.linkOver")}</p>
        <p className="mt-0.5">{t("account.linkOverDetail")}</p>
        <div className="mt-1.5">{children}</div>
      </div>
    </div>
  );
}

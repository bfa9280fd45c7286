import { useEffect } from "react";
import { setPageTitle } from "~/app/pageTitle";
import { useTranslation } from "~/i18n/useTranslation";

/** What the window is called while this is shown. */
export function useTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => setPageTitle(`${title} · ${t("app.name")}`), [title, t]);
}

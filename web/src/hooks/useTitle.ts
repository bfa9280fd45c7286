import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { setPageTitle } from "~/app/pageTitle";

/** What the window is called while this is shown. */
export function useTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => setPageTitle(`${title} · ${t("app.name")}`), [title, t]);
}

import { useEffect } from "react";
import { useTranslation } from "react-i18next";

/** What the window is called while this is shown. */
export function useTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
}

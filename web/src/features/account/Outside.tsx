import type { ReactNode } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";

interface Props {
  isWide?: boolean;
  children: ReactNode;
}

/** A page for whoever is not signed in: the name of the product above what there is to do. */
export function Outside({ isWide = false, children }: Props) {
  const { t } = useTranslation();
  return (
    <main className="grid min-h-full place-items-center p-4">
      <div className={cx("w-full", isWide ? "max-w-md" : "max-w-sm")}>
        <div className="mb-6 flex items-center gap-3">
          <img src="/icons/icon.svg" alt="" width={36} height={36} />
          <span className="text-xl font-semibold tracking-tight">{t("app.name")}</span>
        </div>
        {children}
      </div>
    </main>
  );
}

/** What there is to do, as a card. */
export const CARD = "flex flex-col gap-4 rounded-2xl border border-line bg-surface p-6 shadow-pop";

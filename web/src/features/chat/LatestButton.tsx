import { useTranslation } from "~/i18n/useTranslation";
import { ChevronIcon } from "~/ui/icons";

/** The way back to the end, with how much has come there meanwhile. */
export function LatestButton({ count, onClick }: { count: number; onClick: () => void }) {
  const { t } = useTranslation();
  const words = count > 0 ? t("chat.newBelow", { count }) : t("chat.toBottom");
  return (
    <button
      type="button"
      aria-label={words}
      title={words}
      onClick={onClick}
      className="absolute bottom-3 left-1/2 flex h-9 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line bg-raised px-3 text-sm font-medium shadow-pop hover:bg-hover"
    >
      {count > 0 && <span className="tabular text-accent-text">{words}</span>}
      <ChevronIcon className="text-muted" />
    </button>
  );
}

import { useTranslation } from "~/i18n/useTranslation";
import { CloseIcon } from "./icons";

/** Something a list is narrowed to, to be taken off by itself. */
export function Chip({ name, onRemove }: { name: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex min-h-7 max-w-full items-center gap-1 rounded-full bg-accent-soft py-0.5 pr-1 pl-3 text-sm text-accent-text">
      <span className="min-w-0 truncate" title={name}>
        {name}
      </span>
      <button
        type="button"
        aria-label={t("tickets.filters.remove", { name })}
        onClick={onRemove}
        className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-hover"
      >
        <CloseIcon className="size-3.5" />
      </button>
    </span>
  );
}

import { memo, Suspense, useRef, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { SortIcon } from "~/ui/icons";
import { later } from "~/ui/later";
import { type StaffSearch, type StaffSort, withField } from "./views";

const SortChoices = later(() => import("./SortChoices"));

interface Props {
  search: StaffSearch;
  onChange: (search: StaffSearch) => void;
}

/** What stands first; what was found by words stands as it was found. */
export const SortMenu = memo(function SortMenu({ search, onChange }: Props) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const sort = search.sort ?? "lastInteractionAt";
  const choose = (next: StaffSort) =>
    onChange(withField(search, "sort", next === "lastInteractionAt" ? undefined : next));
  return (
    <>
      <Button
        ref={button}
        size="small"
        kind="quiet"
        icon={<SortIcon className="size-4 text-muted" />}
        aria-label={`${t("tickets.sort.label")}: ${t(`tickets.sort.${sort}`)}`}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {t(`tickets.sort.${sort}`)}
      </Button>
      {isOpen && (
        <Suspense>
          <SortChoices anchor={button} sort={sort} onChoose={choose} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
});

import { Menu } from "@base-ui/react/menu";
import type { RefObject } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { MenuChoice, OpenMenu } from "~/ui/MenuPopup";
import { STAFF_SORTS, type StaffSort } from "./views";

interface Props {
  anchor: RefObject<HTMLElement | null>;
  sort: StaffSort;
  onChoose: (sort: StaffSort) => void;
  onClose: () => void;
}

/** The orders of a list. */
export default function SortChoices({ anchor, sort, onChoose, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <OpenMenu anchor={anchor} align="end" onClose={onClose}>
      <Menu.RadioGroup value={sort} onValueChange={onChoose}>
        {STAFF_SORTS.map((name) => (
          <MenuChoice key={name} value={name}>
            {t(`tickets.sort.${name}`)}
          </MenuChoice>
        ))}
      </Menu.RadioGroup>
    </OpenMenu>
  );
}

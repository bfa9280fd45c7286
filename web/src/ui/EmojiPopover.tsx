import { type RefObject, Suspense } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { later } from "./later";
import { Waiting } from "./Waiting";

const PopoverPanel = later(() => import("./PopoverPanel"));
const EmojiPicker = later(() => import("./EmojiPicker"));

interface Props {
  /** What it stands beside. */
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
  onPick: (emoji: string) => void;
}

/** The picker of emojis, open until one was picked. */
export function EmojiPopover({ anchor, onClose, onPick }: Props) {
  const { t } = useTranslation();
  return (
    <Suspense>
      <PopoverPanel
        label={t("talk.emojis")}
        anchor={anchor}
        align="end"
        className="rounded-xl border border-line bg-raised shadow-pop outline-none"
        onClose={onClose}
      >
        <Suspense
          fallback={
            <div className="h-80 w-78">
              <Waiting />
            </div>
          }
        >
          <EmojiPicker
            onPick={(emoji) => {
              onClose();
              onPick(emoji);
            }}
          />
        </Suspense>
      </PopoverPanel>
    </Suspense>
  );
}

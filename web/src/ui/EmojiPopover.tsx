import { Popover } from "@base-ui/react/popover";
import { lazy, type ReactElement, type RefObject, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Waiting } from "./Waiting";

const EmojiPicker = lazy(() => import("./EmojiPicker"));

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onPick: (emoji: string) => void;
  /** What opens it, or what it stands beside when something else does. */
  trigger?: ReactElement;
  anchor?: RefObject<HTMLElement | null>;
}

/** The picker of emojis in a popup; closes when one was picked. */
export function EmojiPopover({ isOpen, onOpenChange, onPick, trigger, anchor }: Props) {
  const { t } = useTranslation();
  return (
    <Popover.Root open={isOpen} onOpenChange={onOpenChange}>
      {trigger && <Popover.Trigger render={trigger} />}
      <Popover.Portal>
        <Popover.Positioner
          sideOffset={6}
          align="end"
          collisionPadding={8}
          className="z-50"
          {...(anchor && { anchor })}
        >
          <Popover.Popup
            aria-label={t("talk.emojis")}
            className="rounded-xl border border-line bg-raised shadow-pop outline-none"
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
                  onOpenChange(false);
                  onPick(emoji);
                }}
              />
            </Suspense>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

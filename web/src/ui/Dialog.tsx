import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "./Button";
import { cx } from "./cx";
import { CloseIcon } from "./icons";

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** What may be done, at the end. */
  actions?: ReactNode;
  isWide?: boolean;
}

/** Something to be looked at before anything else; what is long scrolls between its title and its actions. */
export function Dialog({ isOpen, onOpenChange, title, description, children, actions, isWide }: Props) {
  const { t } = useTranslation();
  return (
    <Base.Root open={isOpen} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          className={cx(
            "fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-1/2 flex-col",
            "rounded-2xl bg-raised shadow-pop outline-none",
            isWide ? "max-w-2xl" : "max-w-md",
          )}
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1 pt-1">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {description && (
                <Base.Description className="mt-1 text-sm text-muted">{description}</Base.Description>
              )}
            </div>
            <Base.Close
              render={<Button kind="quiet" size="icon" aria-label={t("app.close")} icon={<CloseIcon />} />}
            />
          </div>
          <div className="flex min-h-0 flex-col gap-3 overflow-y-auto px-5 py-2">{children}</div>
          <div className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-5">{actions}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

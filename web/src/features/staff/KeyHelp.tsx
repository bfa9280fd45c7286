import { Dialog } from "@base-ui/react/dialog";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { CloseIcon } from "~/ui/icons";
import { COMMANDS, type CommandId, GROUPS, keysOf, useKeysOn } from "./commands";
import { Key } from "./Key";

/** Every shortcut, in groups. */
export default function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const isOn = useKeysOn();
  const ids = (Object.keys(COMMANDS) as CommandId[]).filter((id) => COMMANDS[id].keys.length > 0);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-2xl -translate-1/2 flex-col rounded-2xl bg-raised p-5 shadow-pop outline-none">
          <div className="flex items-center justify-between pb-3">
            <Dialog.Title className="text-lg font-semibold">{t("inbox.keys.title")}</Dialog.Title>
            <Dialog.Close
              render={<Button kind="quiet" size="icon" aria-label={t("app.close")} icon={<CloseIcon />} />}
            />
          </div>
          {!isOn && (
            <p className="mb-3 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">{t("inbox.keys.off")}</p>
          )}
          <div className="min-h-0 overflow-y-auto">
            <div className="gap-8 sm:columns-2">
              {GROUPS.map((group) => (
                <div key={group} className="mb-4 break-inside-avoid-column">
                  <h3 className="mb-1 text-xs font-semibold text-muted">{t(`inbox.keys.group.${group}`)}</h3>
                  <dl>
                    {ids
                      .filter((id) => COMMANDS[id].group === group)
                      .map((id) => (
                        <div
                          key={id}
                          className="flex min-h-8 items-center justify-between gap-3 border-b border-line text-sm"
                        >
                          <dt>{t(`inbox.command.${id}`)}</dt>
                          <dd className="flex shrink-0 items-center gap-1.5 text-xs text-muted">
                            {keysOf(id).map((key, index) => (
                              <span key={key} className="flex items-center gap-1.5">
                                {index > 0 && t("inbox.keys.or")}
                                <Key name={key} />
                              </span>
                            ))}
                          </dd>
                        </div>
                      ))}
                  </dl>
                </div>
              ))}
            </div>
            <Link
              to="/profile"
              className="pt-3 text-sm font-medium text-accent-text underline underline-offset-2 hover:no-underline"
            >
              {t("inbox.keys.toProfile")}
            </Link>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { type CommandId, keysOf, useKeysOn } from "./commands";
import { Key } from "./Key";

interface Props {
  command: CommandId;
  /** What the button does, when the command's own name does not say it. */
  label?: string;
  children: ReactElement<Record<string, unknown>>;
}

/** Tells what a button does, and by which key, when it is pointed at or focused. */
export function KeyTip({ command, label, children }: Props) {
  const { t } = useTranslation();
  const isOn = useKeysOn();
  const [key] = isOn ? keysOf(command) : [];
  return (
    <Tooltip.Root>
      <Tooltip.Trigger delay={400} render={children} />
      {/* For the eyes: what it says is the name of the button. */}
      <Tooltip.Portal aria-hidden="true">
        <Tooltip.Positioner sideOffset={6} className="z-50">
          <Tooltip.Popup className="flex items-center gap-2 rounded-lg border border-line bg-raised px-2.5 py-1 text-xs shadow-pop">
            {label ?? t(`inbox.command.${command}`)}
            {key && <Key name={key} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

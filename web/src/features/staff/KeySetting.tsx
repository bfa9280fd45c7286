import { Switch } from "@base-ui/react/switch";
import { useTranslation } from "~/i18n/useTranslation";
import { chooseKeys, useKeysOn } from "./commands";

/** Whether single letters act: for the profile. */
export function KeySetting() {
  const { t } = useTranslation();
  const isOn = useKeysOn();
  return (
    <div className="flex items-start justify-between gap-4">
      <div>
        <p id="keys-label" className="font-medium">
          {t("inbox.keys.switch")}
        </p>
        <p id="keys-hint" className="mt-0.5 text-sm text-muted">
          {t("inbox.keys.hint")}
        </p>
      </div>
      <Switch.Root
        checked={isOn}
        onCheckedChange={chooseKeys}
        aria-labelledby="keys-label"
        aria-describedby="keys-hint"
        className="relative mt-0.5 h-6 w-11 shrink-0 rounded-full bg-line-strong transition-colors data-checked:bg-accent"
      >
        <Switch.Thumb className="absolute top-0.5 left-0.5 size-5 rounded-full bg-surface transition-transform data-checked:translate-x-5" />
      </Switch.Root>
    </div>
  );
}

import { useSyncExternalStore } from "react";
import { onWish, wish, wishNow } from "~/app/notifications";
import { useTranslation } from "~/i18n/useTranslation";
import { Switch } from "~/ui/Switch";
import { Section } from "./Section";

/** Whether this device tells of messages while the desk is not in sight. */
export function Notifications() {
  const { t } = useTranslation();
  const now = useSyncExternalStore(onWish, wishNow);
  const isPossible = now === "on" || now === "off";
  return (
    <Section title={t("account.notifications.title")}>
      <Switch
        label={t("account.notifications.switch")}
        hint={t(isPossible ? "account.notifications.detail" : `account.notifications.${now}`)}
        checked={now === "on"}
        disabled={!isPossible}
        onChange={(isOn) => void wish(isOn)}
      />
    </Section>
  );
}

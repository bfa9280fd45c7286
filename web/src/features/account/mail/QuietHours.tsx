import { useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import type { MailPreferences } from "~/services/mailService";
import { TextField } from "~/ui/Field";
import { Switch } from "~/ui/Switch";

type Hours = NonNullable<MailPreferences["quietHours"]>;

/** What is offered to whoever switches them on. */
const NIGHT: Hours = { from: "22:00", until: "07:00" };

interface Props {
  hours: Hours | null;
  onChange: (hours: Hours | null) => void;
}

/** When one wants no mail. */
export function QuietHours({ hours, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-3">
      <Switch
        label={t("mail.quiet.switch")}
        hint={t("mail.quiet.detail")}
        checked={hours !== null}
        onChange={(isOn) => onChange(isOn ? NIGHT : null)}
      />
      {hours && <Times key={`${hours.from}-${hours.until}`} hours={hours} onChange={onChange} />}
    </div>
  );
}

/** A time is whole only when one has left its field: until then nothing is saved. */
function Times({ hours, onChange }: { hours: Hours; onChange: (hours: Hours) => void }) {
  const { t } = useTranslation();
  const [times, setTimes] = useState(hours);
  const isSame = times.from === times.until;
  const save = () => {
    const isWhole = times.from !== "" && times.until !== "" && !isSame;
    if (isWhole && (times.from !== hours.from || times.until !== hours.until)) onChange(times);
  };
  return (
    <div className="grid grid-cols-2 gap-4">
      <TextField
        type="time"
        label={t("mail.quiet.from")}
        value={times.from}
        onChange={(event) => setTimes({ ...times, from: event.target.value })}
        onBlur={save}
      />
      <TextField
        type="time"
        label={t("mail.quiet.until")}
        value={times.until}
        error={isSame ? t("mail.quiet.same") : undefined}
        onChange={(event) => setTimes({ ...times, until: event.target.value })}
        onBlur={save}
      />
    </div>
  );
}

import { useId } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import type { MailChoice, MailPace } from "~/services/mailService";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";

const PACES = ["now", "hourly", "daily", "off"] as const satisfies MailPace[];

interface Props {
  choices: MailChoice[];
  onChange: (choice: { occasion: MailChoice["occasion"]; pace: MailPace }) => void;
}

/** How soon one is told of what. */
export function Paces({ choices, onChange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <table aria-labelledby={`${id}-what`} className="w-full text-sm">
      <caption id={`${id}-what`} className="pb-1 text-left font-medium">
        {t("mail.what")}
      </caption>
      <tbody className="divide-y divide-line">
        {choices.map(({ occasion, pace, usualPace }) => (
          <tr key={occasion} className="flex flex-wrap items-center gap-x-4 gap-y-1.5 py-2.5">
            <th scope="row" className="min-w-0 flex-1 basis-56 text-left font-normal">
              <label htmlFor={`${id}-${occasion}`} className="block font-medium">
                {t(`mail.occasions.${occasion}.title`)}
              </label>
              <span id={`${id}-${occasion}-detail`} className="block text-muted">
                {t(`mail.occasions.${occasion}.detail`)}
              </span>
            </th>
            <td className="w-full sm:w-56">
              <select
                id={`${id}-${occasion}`}
                aria-describedby={`${id}-${occasion}-detail`}
                value={pace}
                onChange={(event) => {
                  const chosen = PACES.find((one) => one === event.target.value);
                  if (chosen) onChange({ occasion, pace: chosen });
                }}
                className={cx(INPUT, "h-9")}
              >
                {PACES.map((one) => (
                  <option key={one} value={one}>
                    {one === usualPace
                      ? t("mail.usual", { pace: t(`mail.paces.${one}`) })
                      : t(`mail.paces.${one}`)}
                  </option>
                ))}
              </select>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

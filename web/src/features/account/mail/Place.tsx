import { LANGUAGES } from "~/i18n";
import { useTranslation } from "~/i18n/useTranslation";
import type { MailPreferences } from "~/services/mailService";
import { cx } from "~/ui/cx";
import { Field, INPUT } from "~/ui/Field";

interface ZoneProps {
  zone: MailPreferences["timeZone"];
  desk: string;
  onChange: (zone: string | null) => void;
}

/** Whose clock counts. */
export function ZoneField({ zone, desk, onChange }: ZoneProps) {
  const { t } = useTranslation();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = Intl.supportedValuesOf("timeZone").filter((name) => name !== here);
  const others = zone === null || zone === here || known.includes(zone) ? known : [zone, ...known];
  return (
    <Field label={t("mail.zone.label")} hint={t("mail.zone.hint")}>
      {(bound) => (
        <select
          {...bound}
          value={zone ?? ""}
          onChange={(event) => onChange(event.target.value || null)}
          className={cx(INPUT, "h-10")}
        >
          <option value="">{t("mail.zone.desk", { zone: desk === "+00:00" ? "UTC" : `UTC${desk}` })}</option>
          <option value={here}>{t("mail.zone.here", { zone: here })}</option>
          <optgroup label={t("mail.zone.all")}>
            {others.map((name) => (
              <option key={name} value={name}>
                {name.replaceAll("_", " ")}
              </option>
            ))}
          </optgroup>
        </select>
      )}
    </Field>
  );
}

interface LanguageProps {
  language: MailPreferences["language"];
  onChange: (language: MailPreferences["language"]) => void;
}

/** In which language one is written to. */
export function LanguageField({ language, onChange }: LanguageProps) {
  const { t } = useTranslation();
  return (
    <Field label={t("mail.language.label")}>
      {(bound) => (
        <select
          {...bound}
          value={language ?? ""}
          onChange={(event) => onChange(LANGUAGES.find((known) => known === event.target.value) ?? null)}
          className={cx(INPUT, "h-10")}
        >
          <option value="">{t("mail.language.desk")}</option>
          {LANGUAGES.map((known) => (
            <option key={known} value={known} lang={known}>
              {t(`language.${known}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

import { useEffect, useRef } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import "~/i18n/mail";
import type { MailPreferences } from "~/services/mailService";
import { useMe } from "~/session/session";
import { Button } from "~/ui/Button";
import { Waiting } from "~/ui/Waiting";
import { Section } from "../Section";
import { Paces } from "./Paces";
import { Paused } from "./Paused";
import { LanguageField, ZoneField } from "./Place";
import { QuietHours } from "./QuietHours";
import { useMailChange, useMailPreferences } from "./useMailPreferences";

/** Where links in mails lead: `/profile#mail`. */
const ANCHOR = "mail";

/** Which mails one gets, when, and in which language. */
export function MailSection() {
  const { t } = useTranslation();
  const { data: preferences, error, refetch } = useMailPreferences();
  const place = useRef<HTMLDivElement>(null);
  const isThere = Boolean(preferences);
  // The parts above grow as they are read: once this one is there, it is where it stays.
  useEffect(() => {
    if (isThere && location.hash === `#${ANCHOR}`) place.current?.scrollIntoView();
  }, [isThere]);
  return (
    <div id={ANCHOR} ref={place} tabIndex={-1} className="scroll-mt-4 rounded-2xl">
      <Section title={t("mail.title")}>
        {preferences ? (
          <Choices preferences={preferences} onResumed={() => place.current?.focus()} />
        ) : error ? (
          <p className="flex items-center gap-3 text-sm text-muted">
            {t("mail.failed")}
            <Button size="small" onClick={() => refetch()}>
              {t("app.retry")}
            </Button>
          </p>
        ) : (
          <Waiting />
        )}
      </Section>
    </div>
  );
}

interface ChoicesProps {
  preferences: MailPreferences;
  /** What told of the pause is gone, and whoever uses keys needs a place to be. */
  onResumed: () => void;
}

function Choices({ preferences, onResumed }: ChoicesProps) {
  const { t } = useTranslation();
  const { email } = useMe();
  const change = useMailChange();
  return (
    <div className="flex flex-col gap-5">
      {preferences.paused && email ? (
        <Paused paused={preferences.paused} address={email} onResumed={onResumed} />
      ) : (
        <p className="text-sm text-muted wrap-anywhere">
          {email ? t("mail.toAddress", { address: email }) : t("mail.noAddress")}
        </p>
      )}
      {!preferences.isSending && <p className="text-sm text-muted">{t("mail.notSending")}</p>}
      <Paces choices={preferences.occasions} onChange={(choice) => change({ occasions: [choice] })} />
      <QuietHours hours={preferences.quietHours} onChange={(quietHours) => change({ quietHours })} />
      <ZoneField
        zone={preferences.timeZone}
        desk={preferences.deskTimeZone}
        onChange={(timeZone) => change({ timeZone })}
      />
      <LanguageField language={preferences.language} onChange={(language) => change({ language })} />
    </div>
  );
}

/** Switching mails off by the link in one, without signing in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ProblemError } from "~/api/problem";
import { useTranslation } from "~/i18n/useTranslation";
import "~/i18n/mail";
import { useTokenOfLink } from "~/features/account/linkToken";
import { CARD, Outside } from "~/features/account/Outside";
import { useTitle } from "~/hooks/useTitle";
import { getUnsubscribing, type Unsubscribing, undoUnsubscribing, unsubscribe } from "~/services/mailService";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { WarningIcon } from "~/ui/icons";
import { Spinner } from "~/ui/Spinner";
import { tellFailed } from "~/ui/Toast";
import { Waiting } from "~/ui/Waiting";

/** What the link in a mail is for: one button switches it off, one more brings it back. */
export function UnsubscribePage() {
  const { t } = useTranslation();
  const token = useTokenOfLink();
  useTitle(t("mail.unsubscribe.title"));
  const { data, error, refetch } = useQuery({
    queryKey: ["unsubscribing", token],
    queryFn: () => getUnsubscribing(token),
    enabled: token !== "",
  });
  const isBroken = token === "" || (error instanceof ProblemError && error.status === 422);
  return (
    <Outside isWide>
      <div className={cx(CARD, "items-start")}>
        <h1 className="text-lg font-semibold">{t("mail.unsubscribe.title")}</h1>
        {data ? <Offer key={token} token={token} about={data} /> : isBroken ? <Broken /> : null}
        {!data && !isBroken && !error && <Waiting />}
        {!data && !isBroken && error && (
          <p role="alert" className="flex items-center gap-3 text-sm text-muted">
            {t("mail.unsubscribe.failed")}
            <Button size="small" onClick={() => refetch()}>
              {t("app.retry")}
            </Button>
          </p>
        )}
        <Link to="/profile" hash="mail" className="text-sm text-accent-text underline">
          {t("mail.unsubscribe.choose")}
        </Link>
      </div>
    </Outside>
  );
}

function Broken() {
  const { t } = useTranslation();
  return (
    <div role="alert" className="flex gap-2.5 rounded-lg bg-warn-soft px-3 py-2.5 text-sm">
      <WarningIcon className="mt-0.5 shrink-0 text-warn" />
      <div>
        <p className="font-semibold">{t("mail.unsubscribe.broken")}</p>
        <p className="mt-0.5">{t("mail.unsubscribe.brokenDetail")}</p>
      </div>
    </div>
  );
}

function Offer({ token, about }: { token: string; about: Unsubscribing }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isUndone, setUndone] = useState(false);
  const turn = useMutation({
    mutationFn: (isOff: boolean) => (isOff ? unsubscribe(token) : undoUnsubscribing(token)),
    onSuccess: (now, isOff) => {
      queries.setQueryData(["unsubscribing", token], now);
      setUndone(!isOff);
    },
    onError: (error, isOff) => tellFailed(error, () => turn.mutate(isOff)),
  });
  const { displayName: name, what, isOff } = about;
  const title = what === "digests" ? t("mail.unsubscribe.digests") : t(`mail.occasions.${what}.title`);
  const detail =
    what === "digests" ? t("mail.unsubscribe.digestsDetail") : t(`mail.occasions.${what}.detail`);
  return (
    <>
      {!isOff && !isUndone && <p className="text-sm wrap-anywhere">{t("mail.unsubscribe.ask", { name })}</p>}
      <div className="w-full border-l-2 border-line-strong pl-3 text-sm">
        <p className="font-medium">{title}</p>
        <p className="text-muted">{detail}</p>
      </div>
      <p role="status" className="text-sm empty:hidden">
        {isOff ? t("mail.unsubscribe.isOff") : isUndone ? t("mail.unsubscribe.isOn") : ""}
      </p>
      {/* One button that stays and is never disabled, so that whoever uses keys is where they were. */}
      <Button
        kind={isOff ? "secondary" : "primary"}
        icon={turn.isPending && <Spinner />}
        onClick={() => turn.isPending || turn.mutate(!isOff)}
      >
        {isOff ? t("app.undo") : t("mail.unsubscribe.off")}
      </Button>
    </>
  );
}

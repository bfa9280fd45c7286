import { useTranslation } from "~/i18n/useTranslation";
import { Delayed } from "./Delayed";
import { Spinner } from "./Spinner";

/** Fills what is still on its way, when it takes more than a moment. */
export function Waiting() {
  return (
    <Delayed>
      <div className="grid h-full place-items-center text-muted">
        <Spinner />
      </div>
    </Delayed>
  );
}

/** A page that is still on its way. */
export function WaitingPage() {
  const { t } = useTranslation();
  return (
    <main aria-busy="true" className="h-full min-w-0 flex-1">
      <h1 className="sr-only">{t("app.loading")}</h1>
      <Waiting />
    </main>
  );
}

import { useEffect, useRef, useState } from "react";
import { useConnection } from "~/hooks/useConnection";
import { useTranslation } from "~/i18n/useTranslation";
import { connectNow } from "~/services/socketService";
import { WarningIcon } from "~/ui/icons";
import { Spinner } from "~/ui/Spinner";

/** For so long it is said that the connection is back. */
const BACK_MS = 3_000;

/** Says that nothing new can come, and lets one try at once; nothing while all is well. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const connection = useConnection();
  const isUp = connection === "connected";
  const wasDown = useRef(false);
  const [isBack, setBack] = useState(false);
  useEffect(() => {
    if (!isUp) {
      wasDown.current = true;
      return setBack(false);
    }
    if (!wasDown.current) return;
    wasDown.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), BACK_MS);
    return () => clearTimeout(timer);
  }, [isUp]);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 top-16 z-30 flex sm:top-2 justify-center px-4"
    >
      {!isUp && (
        <div className="pointer-events-auto flex items-center gap-2.5 rounded-full border border-line bg-raised py-1.5 pr-1.5 pl-3.5 text-sm shadow-pop">
          {connection === "offline" ? <WarningIcon className="text-warn" /> : <Spinner />}
          {connection === "offline" ? t("live.offline") : t("live.reconnecting")}
          <button
            type="button"
            className="min-h-7 rounded-full bg-accent-soft px-3 font-semibold text-accent-text hover:underline"
            onClick={connectNow}
          >
            {t("live.again")}
          </button>
        </div>
      )}
      {isUp && isBack && (
        <div className="rounded-full bg-good-soft px-3.5 py-1.5 text-sm font-medium text-good shadow-pop">
          {t("talk.connectedAgain")}
        </div>
      )}
    </div>
  );
}

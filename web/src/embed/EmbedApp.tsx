/** The desk inside another application, which says who is there. */
import { RouterProvider } from "@tanstack/react-router";
import i18next from "i18next";
import { type ReactNode, useEffect, useState } from "react";
import { ProblemError } from "~/api/problem";
import { OfflinePage } from "~/app/ErrorPages";
import { LANGUAGES } from "~/i18n";
import { useTranslation } from "~/i18n/useTranslation";
import { useSession } from "~/session/session";
import { Delayed } from "~/ui/Delayed";
import { Spinner } from "~/ui/Spinner";
import { HostContext } from "./HostContext";
import { embedRouter } from "./router";
import { useHost } from "./useHost";

const asked = new URLSearchParams(location.search);

export default function EmbedApp() {
  const { t } = useTranslation();
  const hosting = useHost();
  const { me, error } = useSession();
  const [router] = useState(() => embedRouter(asked.get("ticket")));

  useEffect(() => {
    const language = LANGUAGES.find((known) => known === asked.get("lang"));
    if (language) void i18next.changeLanguage(language);
  }, []);

  switch (hosting.state) {
    case "noHost":
    case "notAllowed":
      return <Said>{t(`embed.${hosting.state}`)}</Said>;
    case "failed":
      return <OfflinePage error={hosting.error} />;
    case "looking":
    case "waiting":
      return <Coming />;
  }
  if (me) {
    return (
      <HostContext value={hosting.host}>
        <RouterProvider router={router} />
      </HostContext>
    );
  }
  if (error instanceof ProblemError && error.status === 401) return <Said>{t("embed.refused")}</Said>;
  return error ? <OfflinePage error={error} /> : <Coming />;
}

function Said({ children }: { children: ReactNode }) {
  return (
    <main className="grid min-h-full place-items-center p-6">
      <p className="max-w-sm text-center text-muted">{children}</p>
    </main>
  );
}

function Coming() {
  const { t } = useTranslation();
  return (
    <Delayed>
      <Said>
        <span role="status" className="inline-flex items-center gap-2.5">
          <Spinner />
          {t("embed.waiting")}
        </span>
      </Said>
    </Delayed>
  );
}

import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useLayoutEffect, useRef } from "react";
import { OfflinePage } from "~/app/ErrorPages";
import { queries } from "~/app/queries";
import { loadPage, router } from "~/app/router";
import { endShell } from "~/app/shell";
import { SessionProvider, useSession } from "~/session/session";
import { beHosted, hasSession } from "~/session/tokens";
import { ToastProvider } from "~/ui/Toast";
import { Waiting } from "~/ui/Waiting";

const EmbedApp = lazy(() => import("~/embed/EmbedApp"));
/** Inside another application, which says who is there. */
const isEmbedded = location.pathname === "/embed";
if (isEmbedded) beHosted();
else if (hasSession()) loadPage();

export function App() {
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <ToastProvider>
          <SessionProvider>
            {isEmbedded ? (
              <Suspense fallback={<Waiting />}>
                <EmbedApp />
              </Suspense>
            ) : (
              <Routes />
            )}
          </SessionProvider>
        </ToastProvider>
      </QueryClientProvider>
    </CSPProvider>
  );
}

/** The pages, once it is known who is there; whoever signs in or out gets theirs anew. */
function Routes() {
  const session = useSession();
  const id = session.me?.id;
  const shownTo = useRef(id);
  useEffect(() => {
    if (shownTo.current === id) return;
    shownTo.current = id;
    void router.invalidate();
  }, [id]);
  const isNobody = session.me === null && !session.isLoading;
  useLayoutEffect(() => {
    if (isNobody) endShell();
  }, [isNobody]);
  // Pages of errors may stand outside of the frame.
  useEffect(() => router.subscribe("onRendered", endShell), []);
  if (session.me === null && session.isLoading) {
    return <Waiting />;
  }
  if (session.me === null && session.error) return <OfflinePage error={session.error} />;
  return <RouterProvider router={router} context={{ session }} />;
}

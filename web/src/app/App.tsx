import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { queries } from "~/app/queries";
import { router } from "~/app/router";
import { SessionProvider, useSession } from "~/session/session";
import { ToastProvider } from "~/ui/Toast";

export function App() {
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <ToastProvider>
          <SessionProvider>
            <Routes />
          </SessionProvider>
        </ToastProvider>
      </QueryClientProvider>
    </CSPProvider>
  );
}

function Routes() {
  return <RouterProvider router={router} context={{ session: useSession() }} />;
}

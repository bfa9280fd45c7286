import { Navigate, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ForbiddenPage, OfflinePage } from "~/app/ErrorPages";
import { type Role, useMe, useSession } from "~/session/session";
import { Delayed } from "~/ui/Delayed";
import { Spinner } from "~/ui/Spinner";

/** Shows what is below to whoever is signed in; everybody else signs in first and comes back. */
export function SignedInOnly({ children }: { children: ReactNode }) {
  const { me, isLoading, error } = useSession();
  const { href } = useLocation();
  if (me) return children;
  if (isLoading) {
    return (
      <Delayed>
        <div className="grid h-full place-items-center text-muted">
          <Spinner />
        </div>
      </Delayed>
    );
  }
  if (error) return <OfflinePage error={error} />;
  return <Navigate to="/sign-in" search={href === "/" ? {} : { next: href }} replace />;
}

/** Shows what is below to these roles; a page saying so to others. */
export function RolesOnly({ roles, children }: { roles: readonly Role[]; children: ReactNode }) {
  const { role } = useMe();
  return roles.includes(role) ? children : <ForbiddenPage />;
}

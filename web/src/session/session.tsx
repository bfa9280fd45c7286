/** Who is signed in. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useMemo } from "react";
import { api, data } from "~/api/client";
import type { Me, Role } from "~/api/schema";
import {
  accessToken,
  forget,
  hasSession,
  keep,
  onSignedInOrOut,
  refreshToken,
  takeFresh,
} from "~/session/tokens";

export type { Me, Role };

export interface Session {
  /** Nobody, while it is being found out. */
  me: Me | null;
  isLoading: boolean;
  error: Error | null;
}

const SessionContext = createContext<Session>({ me: null, isLoading: true, error: null });

export const ME = ["me"] as const;

/** New tokens say whose they are, which saves asking. */
async function whoIsThere(): Promise<Me | null> {
  if (!hasSession()) return null;
  const token = await accessToken();
  // The desk knew the kept one no more.
  if (token === null && !hasSession()) return null;
  return takeFresh() ?? data(api.GET("/api/auth/me"));
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const {
    data: me,
    error,
    isPending,
  } = useQuery({
    queryKey: ME,
    queryFn: whoIsThere,
    staleTime: 5 * 60_000,
  });
  useEffect(
    () =>
      onSignedInOrOut(() => {
        if (hasSession()) return void queries.invalidateQueries({ queryKey: ME });
        // Not all of them: this may be told while it is still being found out who is there.
        queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
        queries.setQueryData(ME, null);
      }),
    [queries],
  );
  const session = useMemo(
    () => ({ me: me ?? null, isLoading: isPending, error: error ?? null }),
    [me, isPending, error],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  return use(SessionContext);
}

/** The signed-in person; only below a guard. */
export function useMe(): Me {
  const { me } = useSession();
  if (!me) throw new Error("nobody is signed in");
  return me;
}

export function isStaff(role: Role): boolean {
  return role === "instructor" || role === "admin";
}

/** Signs in; a refusal is thrown. */
export async function signIn(email: string, password: string): Promise<Me> {
  const session = await data(api.POST("/api/auth/login", { body: { email, password } }));
  keep(session);
  return session.user;
}

/** Ends the session here, and at the desk if it can be reached. */
export async function signOut(): Promise<void> {
  const token = refreshToken();
  forget();
  if (token === null) return;
  await api.POST("/api/auth/logout", { body: { refreshToken: token } }).catch(() => undefined);
}

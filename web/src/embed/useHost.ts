import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, data } from "~/api/client";
import { disconnect } from "~/services/socketService";
import { ME } from "~/session/session";
import { beHosted, keepHosted } from "~/session/tokens";
import { claimsOf, type Host, likelyOrigins, listen } from "./host";

/** Another token is asked for so long before the last one is over. */
const AHEAD_MS = 30_000;
/** What does not depend on who is there; of oneself the page has to know at once. */
const KEPT = new Set<unknown>(["embedding", "settings", ...ME]);
/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

export type Hosting =
  | { state: "looking" | "noHost" | "notAllowed" | "waiting" }
  | { state: "failed"; error: Error; again: () => void }
  | { state: "here"; host: Host };

/** Finds the application around this page, and takes its tokens. */
export function useHost(): Hosting {
  const queries = useQueryClient();
  const isInFrame = window.parent !== window;
  const {
    data: embedding,
    error,
    refetch,
  } = useQuery({
    queryKey: ["embedding"],
    queryFn: () => data(api.GET("/api/embedding")),
    enabled: isInFrame,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [host, setHost] = useState<Host | null>(null);
  const [hasToken, setHasToken] = useState(false);
  const origins = embedding?.origins;

  useEffect(() => {
    if (!origins) return;
    let last: string | null | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const found = listen(origins, (token) => {
      const { sub, until } = claimsOf(token);
      const isSamePerson = last === undefined || (sub !== null && sub === last);
      last = sub;
      keepHosted(token);
      // Nothing of another person stays.
      if (!isSamePerson) {
        disconnect();
        queries.removeQueries({ predicate: ({ queryKey }) => !KEPT.has(queryKey[0]) });
        void queries.resetQueries({ queryKey: ME });
      }
      setHasToken(true);
      clearTimeout(timer);
      if (until === null) return;
      const wait = Math.max(until - AHEAD_MS - Date.now(), 1_000);
      timer = setTimeout(() => found.tell({ type: "roomdesk:token-needed" }), Math.min(wait, LONGEST_MS));
    });
    beHosted(() => found.tell({ type: "roomdesk:token-needed" }));
    setHost(found);
    found.tell({ type: "roomdesk:ready" });
    return () => {
      clearTimeout(timer);
      found.leave();
    };
  }, [origins, queries]);

  if (!isInFrame) return { state: "noHost" };
  if (error && !embedding) return { state: "failed", error, again: () => void refetch() };
  if (!origins) return { state: "looking" };
  if (likelyOrigins(origins, window).length === 0) return { state: "notAllowed" };
  return host && hasToken ? { state: "here", host } : { state: "waiting" };
}

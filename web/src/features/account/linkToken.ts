import { useSyncExternalStore } from "react";

/** The token of a link; it stands behind the `#`, so that no server and no log sees it. */
export function tokenOfLink(): string {
  return new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
}

function onAnotherLink(tell: () => void) {
  addEventListener("hashchange", tell);
  return () => removeEventListener("hashchange", tell);
}

/** The same, and that of another link which is opened where the page is open already: nothing is loaded for it. */
export function useTokenOfLink(): string {
  return useSyncExternalStore(onAnotherLink, tokenOfLink);
}

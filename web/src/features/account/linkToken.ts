/** The token of a link; it stands behind the `#`, so that no server and no log sees it. */
export function tokenOfLink(): string {
  return new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
}

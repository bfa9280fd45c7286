/** The application in which the desk is shown: what it may say, and what it is told. */

export type Told =
  | { type: "roomdesk:ready" }
  | { type: "roomdesk:token-needed" }
  | { type: "roomdesk:unread"; count: number; isMore: boolean }
  | { type: "roomdesk:height"; height: number };

export interface Host {
  /** Says something to the application, and to nobody else. */
  tell: (message: Told) => void;
  /** Ends listening. */
  leave: () => void;
}

/** What of a window is needed here. */
export type FrameWindow = Pick<
  Window,
  "parent" | "addEventListener" | "removeEventListener" | "location" | "document"
>;

/** Of which of these origins the page around this one is; all of them, where the browser does not say. */
export function likelyOrigins(origins: string[], frame: FrameWindow): string[] {
  const around = frame.location.ancestorOrigins?.[0] ?? originOf(frame.document.referrer);
  return around === undefined ? origins : origins.filter((origin) => origin === around);
}

function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}

/**
 * Listens to the page around this one, if its origin is one of those allowed. Whatever comes from another window or
 * another origin is passed over.
 */
export function listen(
  origins: string[],
  onToken: (token: string) => void,
  frame: FrameWindow = window,
): Host {
  let known: string | null = null;
  const hear = (event: MessageEvent<unknown>) => {
    if (event.source !== frame.parent || !origins.includes(event.origin)) return;
    const token = tokenIn(event.data);
    if (token === null) return;
    known = event.origin;
    onToken(token);
  };
  frame.addEventListener("message", hear);
  return {
    tell: (message) => {
      for (const origin of known === null ? likelyOrigins(origins, frame) : [known]) {
        frame.parent.postMessage(message, origin);
      }
    },
    leave: () => frame.removeEventListener("message", hear),
  };
}

function tokenIn(said: unknown): string | null {
  if (typeof said !== "object" || said === null) return null;
  const { type, token } = said as { type?: unknown; token?: unknown };
  return type === "roomdesk:token" && typeof token === "string" && token !== "" ? token : null;
}

interface Claims {
  /** Whom it is about. */
  sub: string | null;
  /** When it is over, in milliseconds. */
  until: number | null;
}

/** What a token says of itself; the desk alone checks whether that is true. */
export function claimsOf(token: string): Claims {
  try {
    const part = token.split(".")[1] ?? "";
    const claims = JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/"))) as Record<
      string,
      unknown
    >;
    return {
      sub: typeof claims.sub === "string" ? claims.sub : null,
      until: typeof claims.exp === "number" ? claims.exp * 1000 : null,
    };
  } catch {
    return { sub: null, until: null };
  }
}

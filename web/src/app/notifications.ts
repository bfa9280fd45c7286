/** Notifications of the system: only for who wants them here, and while no page of the desk is in sight. */
import i18next from "i18next";
import type { Ticket } from "~/api/schema";

const KEPT_AS = "roomdesk.notify";
/** Held by every page that is in sight. */
const IN_SIGHT = "roomdesk.in-sight";

export type Wish = "on" | "off" | "denied" | "unsupported";

const listeners = new Set<() => void>();

export function onWish(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function wishNow(): Wish {
  if (!("Notification" in globalThis)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return isWanted() && Notification.permission === "granted" ? "on" : "off";
}

function isWanted(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) === "yes";
  } catch {
    return false;
  }
}

/** Asks the person's browser where that is needed. */
export async function wish(isOn: boolean): Promise<void> {
  if (isOn) await Notification.requestPermission();
  try {
    if (isOn) localStorage.setItem(KEPT_AS, "yes");
    else localStorage.removeItem(KEPT_AS);
  } catch {
    // Then it is off.
  }
  for (const listener of listeners) listener();
}

/** Lets the other pages know that this one is in sight, for as long as it is. */
export function keepInSight(): () => void {
  let release: (() => void) | undefined;
  let isOver = false;
  const look = () => {
    release?.();
    release = undefined;
    if (isOver || document.visibilityState !== "visible") return;
    counts.clear();
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    void navigator.locks?.request(IN_SIGHT, { mode: "shared" }, () => held);
  };
  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", look);
    look();
  };
}

async function isAnyInSight(): Promise<boolean> {
  if (document.visibilityState === "visible") return true;
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some((lock) => lock.name === IN_SIGHT);
}

/** By ticket, how many messages have come since a page was in sight. */
const counts = new Map<string, number>();

/** Tells of a message in a ticket; one notification for each ticket, however many come. */
export async function notify(ticket: Ticket, open: () => void): Promise<void> {
  if (wishNow() !== "on" || (await isAnyInSight())) return;
  const count = (counts.get(ticket.id) ?? 0) + 1;
  counts.set(ticket.id, count);
  const name = ticket.lastMessageBy?.displayName;
  const t = i18next.t;
  const body =
    name === undefined
      ? t("account.notifications.changed")
      : count > 1
        ? t("account.notifications.many", { count, name })
        : t("account.notifications.wrote", { name });
  try {
    const shown = new Notification(ticket.title, {
      body,
      tag: ticket.id,
      icon: "/icons/icon-192.png",
      lang: i18next.language,
    });
    shown.onclick = () => {
      focus();
      open();
      shown.close();
    };
  } catch {
    // Some browsers know notifications only in the background.
  }
}

/** What the window is called, with how much is unread before it, and the same as a mark on its icon. */
import i18next from "i18next";

const ICONS = { plain: "/icons/icon.svg", unread: "/icons/icon-unread.svg" } as const;

let title = "";
let unread = "";

function show(): void {
  document.title = unread === "" ? title : i18next.t("account.unreadTitle", { unread, title });
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const wanted = unread === "" ? ICONS.plain : ICONS.unread;
  if (icon && icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
}

export function setPageTitle(next: string): void {
  title = next;
  show();
}

/** As it is to be read, such as "3" or "99+"; empty for nothing. */
export function setUnread(next: string): void {
  unread = next;
  show();
}

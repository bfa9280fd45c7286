/** Which mails somebody gets: on their profile, and by the links in mails. */
import { api, data } from "~/api/client";
import type {
  Language,
  MailChoice,
  MailOccasion,
  MailPace,
  MailPreferenceChanges,
  MailPreferences,
  MailSwitch,
  Unsubscribing,
} from "~/api/schema";

export type {
  Language,
  MailChoice,
  MailOccasion,
  MailPace,
  MailPreferenceChanges,
  MailPreferences,
  MailSwitch,
  Unsubscribing,
};

/** How the signed-in person wants mails. */
export function getMailPreferences() {
  return data(api.GET("/api/auth/me/mail-preferences"));
}

/** Changes what is given; they as they are then. */
export function changeMailPreferences(changes: MailPreferenceChanges) {
  return data(api.PUT("/api/auth/me/mail-preferences", { body: changes }));
}

/** Sends to the address again that a server had refused. */
export function resumeMails() {
  return data(api.POST("/api/auth/me/mail-preferences/resume"));
}

/** What the link of a mail would switch off, and whether it is off. */
export function getUnsubscribing(token: string) {
  return data(api.GET("/api/mail/unsubscribe/about", { params: { query: { token } } }));
}

/** Switches off what the link is for. */
export function unsubscribe(token: string) {
  return data(api.POST("/api/mail/unsubscribe", { params: { query: { token } } }));
}

/** Switches on again what the link has switched off. */
export function undoUnsubscribing(token: string) {
  return data(api.POST("/api/mail/unsubscribe/undo", { params: { query: { token } } }));
}

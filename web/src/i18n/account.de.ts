import type { account as english } from "./account.en";
import type { Texts } from "./de";

export const account: Texts<typeof english> = {
  wrongPassword: "Die Adresse oder das Passwort stimmt nicht.",
  tooMany: "Zu viele Versuche. Bitte warten Sie {{time}} und versuchen Sie es dann noch einmal.",
  tooManyOver: "Sie können es jetzt noch einmal versuchen.",
  linkOver: "Dieser Link gilt nicht mehr",
  linkOverDetail: "Er wurde schon benutzt, oder seine Zeit ist um.",
  askForInvitation: "Bitten Sie die Person, die Sie eingeladen hat, um einen neuen.",
  askForLink: "Einen neuen Link anfordern",
  noToken: "Dieser Link ist unvollständig. Öffnen Sie ihn genau so, wie er in der Einladung steht.",
  passwordRule: "Mindestens 10 Zeichen. Ein paar Wörter hintereinander sind gut.",
  notifications: {
    title: "Benachrichtigungen",
    detail:
      "Sagt Ihnen auf diesem Gerät Bescheid, wenn Ihnen jemand schreibt und die Seite nicht zu sehen ist.",
    switch: "Auf diesem Gerät benachrichtigen",
    denied:
      "Ihr Browser lässt Benachrichtigungen dieser Seite nicht zu. Das lässt sich neben der Adresse ändern.",
    unsupported: "Dieser Browser kann nicht benachrichtigen.",
    wrote: "{{name}} hat Ihnen geschrieben",
    many: "{{count}} neue Nachrichten, die letzte von {{name}}",
    changed: "Es gibt etwas Neues",
  },
  receipts: {
    title: "Lesen",
    switch: "Anderen nicht sagen, wie weit ich gelesen habe",
    detail: "Niemand sieht Ihr Gesicht unter dem, was Sie gelesen haben.",
  },
  picture: {
    hint: "Ein Bild als PNG, JPEG, WebP oder GIF. Es wird rund zugeschnitten.",
    changed: "Ihr Bild ist geändert",
    removed: "Ihr Bild ist entfernt",
  },
  sessions: {
    program: "{{browser}} auf {{system}}",
    since: "seit {{day}}",
    lastUsed: "zuletzt benutzt",
    end: "Dort abmelden",
    ended: "Diese Anmeldung ist beendet.",
    failed: "Ihre Anmeldungen ließen sich nicht lesen.",
    others: "Überall sonst abmelden",
  },
  unreadTitle: "({{unread}}) {{title}}",
};

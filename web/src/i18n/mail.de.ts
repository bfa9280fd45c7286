import type { Texts } from "./de";
import type { mail as english } from "./mail.en";

export const mail: Texts<typeof english> = {
  title: "E-Mail",
  toAddress: "E-Mails gehen an {{address}}.",
  noAddress: "Hier ist keine Adresse von Ihnen bekannt, deshalb werden keine E-Mails gesendet.",
  notSending: "Zurzeit werden von hier keine E-Mails gesendet. Was Sie wählen, wird gemerkt.",
  failed: "Ihre Einstellungen für E-Mails konnten nicht gelesen werden.",
  what: "Worüber Sie eine E-Mail bekommen",
  occasions: {
    "new-ticket": {
      title: "Neue Anfragen",
      detail: "Jemand stellt eine Anfrage, die Sie oder Ihr Team betrifft.",
    },
    "ticket-received": {
      title: "Ihre Anfrage ist da",
      detail: "Mit dem, was Sie geschrieben haben, zum Aufheben.",
    },
    "ticket-assigned": { title: "Anfragen für Sie", detail: "Sie oder Ihr Team bekommen eine Anfrage." },
    "ticket-status-changed": {
      title: "Bei einer Anfrage geht es weiter",
      detail: "Sie wird bearbeitet oder wartet auf Antwort.",
    },
    "ticket-resolved": { title: "Eine Anfrage ist gelöst", detail: "Mit dem, was daraus wurde." },
    "new-message": {
      title: "Neue Nachrichten",
      detail: "Nur was Sie weder hier noch in Matrix gelesen haben.",
    },
    mention: { title: "Jemand ruft Sie", detail: "In einer Anfrage wird Ihr Name erwähnt." },
  },
  paces: { now: "Sofort", hourly: "Einmal in der Stunde", daily: "Einmal am Tag", off: "Nie" },
  usual: "{{pace}} (üblich)",
  quiet: {
    switch: "Ruhezeit",
    detail: "In dieser Zeit kommt keine E-Mail. Was dann geschieht, kommt an ihrem Ende.",
    from: "Von",
    until: "Bis",
    same: "Das Ende muss eine andere Uhrzeit sein als der Anfang.",
  },
  zone: {
    label: "Zeitzone",
    hint: "Für die Ruhezeit, die E-Mail eines Tages (8:00 Uhr) und Uhrzeiten in E-Mails.",
    desk: "Wie hier üblich ({{zone}})",
    here: "Wie dieses Gerät ({{zone}})",
    all: "Alle Zeitzonen",
  },
  language: { label: "Sprache der E-Mails", desk: "Wie hier üblich" },
  paused: {
    title: "Ihre Adresse bekommt keine E-Mails",
    detail: "Am {{day}} hat der Server von {{address}} gesagt, dass er keine E-Mails für Sie annimmt:",
    again: "Wieder dorthin senden",
    done: "E-Mails gehen wieder an Ihre Adresse",
  },
  unsubscribe: {
    title: "E-Mails abschalten",
    ask: "Möchten Sie keine E-Mails dieser Art mehr, {{name}}?",
    digests: "Sammel-E-Mails",
    digestsDetail: "Alles, was Sie einmal in der Stunde oder einmal am Tag bekommen.",
    off: "Abschalten",
    isOff: "Abgeschaltet. Sie bekommen keine E-Mails dieser Art mehr.",
    isOn: "Wieder eingeschaltet. Sie bekommen diese E-Mails wie zuvor.",
    choose: "Wählen, welche E-Mails Sie bekommen",
    broken: "Dieser Link ist nicht vollständig",
    brokenDetail:
      "Öffnen Sie ihn genau so, wie er in der E-Mail steht. Oder melden Sie sich an und wählen Sie in Ihrem Profil, welche E-Mails Sie bekommen.",
    failed: "Es kam keine Antwort.",
  },
};

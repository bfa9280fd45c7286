import type { Texts } from "./de";
import type { embed as english } from "./embed.en";

export const embed: Texts<typeof english> = {
  waiting: "Einen Moment, Sie werden angemeldet …",
  noHost: "Diese Seite gehört in eine andere Anwendung. Öffnen Sie sie dort.",
  notAllowed: "Diese Anwendung darf die Anfragen nicht zeigen. Ihre Adresse ist hier nicht bekannt.",
  refused: "Die Anwendung konnte Sie nicht anmelden. Sie wird noch einmal gefragt.",
};

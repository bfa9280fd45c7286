import i18next from "i18next";
import type { admin } from "./admin.en";
import { de } from "./de";
import { en } from "./en";
import type { mail } from "./mail.en";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
const KEPT_AS = "roomdesk.language";

function isKnown(name: string | null | undefined): name is Language {
  return LANGUAGES.some((known) => known === name);
}

function wanted(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT_AS);
  } catch {
    // Then it is the browser's.
  }
  if (isKnown(kept)) return kept;
  const names = navigator.languages.map((name) => name.split("-")[0]);
  return names.find(isKnown) ?? "en";
}

export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // It lasts as long as the page.
  }
  void i18next.changeLanguage(language);
}

export function language(): Language {
  return isKnown(i18next.language) ? i18next.language : "en";
}

i18next.on("languageChanged", (name) => {
  document.documentElement.lang = name;
});

void i18next.init({
  lng: wanted(),
  fallbackLng: "en",
  resources: { en: { translation: en }, de: { translation: de } },
  interpolation: { escapeValue: false },
  returnNull: false,
  initAsync: false,
});

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en & { admin: typeof admin; mail: typeof mail } };
  }
}

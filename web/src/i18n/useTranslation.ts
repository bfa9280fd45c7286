import i18next, { type i18n, type TFunction } from "i18next";
import { useSyncExternalStore } from "react";

interface Words {
  t: TFunction;
  i18n: i18n;
}

const byLanguage = new Map<string, Words>();

/** The page's words in its language, for every component the same function: most of them say the same few over and over. */
export function useTranslation(): Words {
  return wordsIn(useSyncExternalStore(subscribe, language));
}

function subscribe(listener: () => void): () => void {
  i18next.on("languageChanged", listener);
  return () => i18next.off("languageChanged", listener);
}

function language(): string {
  return i18next.language;
}

function wordsIn(name: string): Words {
  const known = byLanguage.get(name) ?? { t: remembering(i18next.getFixedT(name)), i18n: i18next };
  byLanguage.set(name, known);
  return known;
}

/** The same, with what needs nothing put into it looked up once. */
function remembering(translate: TFunction): TFunction {
  const said = new Map<unknown, string>();
  return new Proxy(translate, {
    apply(_, __, asked: Parameters<TFunction>) {
      if (asked.length > 1) return translate(...asked);
      const [key] = asked;
      const known = said.get(key) ?? translate(...asked);
      // What has no words yet may get them: some parts bring theirs along.
      if (known !== key) said.set(key, known);
      return known;
    },
  });
}

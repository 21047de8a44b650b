// The portal's languages: English at once, another one when somebody reads it.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { en } from "./en";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", de: "Deutsch" };

const KEPT = "tenantry.language";

/** What the reader chose on this machine, or else the first of the browser's languages that there are words for. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages];
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => tag?.toLowerCase().startsWith(language));
    if (found) return found;
  }
  return "en";
}

export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: "en",
    fallbackLng: "en",
    interpolation: { escapeValue: false },
  });
  await speak(preferredLanguage());
}

/** Changes the language of the page that is open. */
export async function speak(language: Language): Promise<void> {
  if (language === "de" && !i18next.hasResourceBundle("de", "translation")) {
    const { de, errors } = await import("./de");
    i18next.addResourceBundle("de", "translation", de);
    i18next.addResourceBundle("de", "errors", errors);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Changes to the language that somebody keeps with their account, unless another one was chosen on this machine. */
export async function speakAs(tag: string): Promise<void> {
  const known = LANGUAGES.find((language) => tag.toLowerCase().startsWith(language));
  if (known && !localStorage.getItem(KEPT) && known !== i18next.language) await speak(known);
}

/** As `speak`, and remembered on this machine. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await speak(language);
}

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

import { computed, signal } from "@preact/signals";
import { browser } from "../browser/kept";
import { en, type Messages } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";

/** The languages in their own words, with the tag that a browser knows them by. */
export const LANGUAGES: Record<Language, { title: string; tag: string; messages: Messages }> = {
  en: { title: "English", tag: "en", messages: en },
  zh: { title: "简体中文", tag: "zh-CN", messages: zh },
};

export const language = signal<Language>("en");

/** The messages of the language in use. */
export const say = computed(() => LANGUAGES[language.value].messages);

/** The language chosen here before, or else the first of the browser's that we have. */
export function preferred(kept: string | null, wished: readonly string[]): Language {
  if (kept === "en" || kept === "zh") return kept;
  for (const tag of wished) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "en" || primary === "zh") return primary;
  }
  return "en";
}

/** Begins with the language of this browser. */
export function begin(): void {
  language.value = preferred(browser.read("language"), navigator.languages);
}

/** Changes the language and remembers it. */
export function choose(chosen: Language): void {
  language.value = chosen;
  browser.keep("language", chosen);
}

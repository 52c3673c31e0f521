import { computed, signal } from "@preact/signals";
import { first, type Language, speak, TAGS } from "./choice";
import { en, type Messages } from "./en";
import { zh } from "./zh";

export { type Language, preferred } from "./choice";

/** The languages in their own words, with the tag that a browser knows them by. */
export const LANGUAGES: Record<Language, { title: string; tag: string; messages: Messages }> = {
  en: { title: "English", tag: TAGS.en, messages: en },
  zh: { title: "简体中文", tag: TAGS.zh, messages: zh },
};

export const language = signal<Language>("en");

/** The messages of the language in use. */
export const say = computed(() => LANGUAGES[language.value].messages);

/** Begins with the language of this browser. */
export function begin(): void {
  language.value = first();
}

/** Changes the language and remembers it. */
export function choose(chosen: Language): void {
  language.value = chosen;
  speak(chosen);
}

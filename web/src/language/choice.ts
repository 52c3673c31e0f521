/** Which language is spoken, without any of its messages. */
import { browser } from "../browser/kept";

export type Language = "en" | "zh";

/** How a browser, and the server, know each language. */
export const TAGS: Readonly<Record<Language, string>> = { en: "en", zh: "zh-CN" };

let spoken: Language | null = null;

/** The language chosen here before, or else the first of the browser's that we have. */
export function preferred(kept: string | null, wished: readonly string[]): Language {
  if (kept === "en" || kept === "zh") return kept;
  for (const tag of wished) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "en" || primary === "zh") return primary;
  }
  return "en";
}

/** The language of this browser. */
export function first(): Language {
  spoken = preferred(browser.read("language"), navigator.languages);
  return spoken;
}

/** Speaks another one from now on. */
export function speak(language: Language): void {
  spoken = language;
  browser.keep("language", language);
}

/** The tag of what is spoken. */
export function spokenTag(): string {
  return TAGS[spoken ?? "en"];
}

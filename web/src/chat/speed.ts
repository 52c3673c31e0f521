import { signal } from "@preact/signals";
import type { WireTimings } from "../api/wire";
import { browser } from "../browser/kept";
import { LANGUAGES, type Language } from "../language/language";

/** Whether the speed of each answer is shown. */
export const speedShown = signal(false);

export function begin(): void {
  speedShown.value = browser.read("speed") === "shown";
}

export function toggle(): void {
  speedShown.value = !speedShown.value;
  browser.keep("speed", speedShown.value ? "shown" : "hidden");
}

/** "41 tokens · 24.8 tokens/s · first word after 0.3 s", in a language. */
export function speedText(timings: WireTimings, language: Language): string {
  const { messages, tag } = LANGUAGES[language];
  const number = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 });
  const perSecond = (timings.predicted_n * 1000) / Math.max(timings.predicted_ms, 1);
  return [
    messages.speedOf(number.format(timings.predicted_n), number.format(perSecond)),
    messages.firstTokenAfter(number.format(timings.prompt_ms / 1000)),
  ].join(" · ");
}

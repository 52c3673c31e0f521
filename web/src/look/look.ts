/** How the page looks in this browser: light or dark, and how large its letters are. */
import { effect, signal } from "@preact/signals";
import { browser } from "../browser/kept";

export const THEMES = ["system", "light", "dark"] as const;
export const SIZES = ["small", "medium", "large", "largest"] as const;
export type Theme = (typeof THEMES)[number];
export type Size = (typeof SIZES)[number];

export const theme = signal<Theme>("system");
export const size = signal<Size>("medium");

const COLOURS = { light: "#f6f7f5", dark: "#121614" };

/** Brings back what was chosen here, and keeps what is chosen. */
export function begin(): void {
  theme.value = THEMES.find((each) => each === browser.read("theme")) ?? "system";
  size.value = SIZES.find((each) => each === browser.read("size")) ?? "medium";
  effect(() => {
    const { dataset } = document.documentElement;
    dataset["theme"] = theme.value;
    dataset["size"] = size.value;
    browser.keep("theme", theme.value);
    browser.keep("size", size.value);
    for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
      const own = meta.media.includes("dark") ? COLOURS.dark : COLOURS.light;
      meta.content = theme.value === "system" ? own : COLOURS[theme.value];
    }
  });
}

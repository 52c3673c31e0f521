import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

type Highlighter = (text: string, language: string) => ComponentChildren;

const highlighter = signal<Highlighter | null>(null);
let asked = false;

/** Code in colours once the highlighter has come, which is fetched with the first code block. */
export function highlighted(text: string, language: string): ComponentChildren {
  if (!language) return text;
  if (!asked) {
    asked = true;
    void fetchHighlighter();
  }
  return highlighter.value?.(text, language) ?? text;
}

async function fetchHighlighter(): Promise<void> {
  try {
    const { highlight } = await import("./highlighter");
    highlighter.value = highlight;
  } catch {
    asked = false; // The server was away; the next block asks again.
  }
}

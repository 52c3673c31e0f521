import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Conversation } from "../chat/conversation";
import { LANGUAGES, language, say } from "../language/language";

/** Whether one types on keys of their own: what has a mouse has these too. */
export function hasKeyboard(): boolean {
  return window.matchMedia("(pointer: fine)").matches;
}

/** The tab has a title, and the document a language, as the page has. */
export function useTitle(): void {
  useSignalEffect(() => {
    document.documentElement.lang = LANGUAGES[language.value].tag;
    document.title = say.value.name;
  });
}

/** Escape stops the answer. */
export function useEscape(stop: () => void, conversation: Conversation): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.isComposing && conversation.answering.peek()) stop();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

/** The message field has the focus from the first; on a phone that would open the keyboard. */
export function useFirstFocus(focus: () => void): void {
  useEffect(() => {
    if (hasKeyboard()) focus();
  }, []);
}

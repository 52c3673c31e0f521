import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { close, route } from "../browser/route";
import type { Conversation } from "../chat/conversation";
import { LANGUAGES, language, say } from "../language/language";
import type { Voice } from "../voice/voice";

/** Whether one types on keys of their own: what has a mouse has these too. */
export function hasKeyboard(): boolean {
  return window.matchMedia("(pointer: fine)").matches;
}

/** The tab has a title, and the document a language, as the page has. */
export function useTitle(conversation: Conversation): void {
  useSignalEffect(() => {
    document.documentElement.lang = LANGUAGES[language.value].tag;
    const { view } = route.value;
    const title = view === "chat" ? conversation.title.value : say.value[view];
    document.title = title ? `${title} · ${say.value.name}` : say.value.name;
  });
}

/** Whether the screen fulfils a condition, as long as it does. */
export function useScreen(condition: string): ReadonlySignal<boolean> {
  const fulfilled = useSignal(window.matchMedia(condition).matches);
  useEffect(() => {
    const screen = window.matchMedia(condition);
    const changed = () => (fulfilled.value = screen.matches);
    screen.addEventListener("change", changed);
    return () => screen.removeEventListener("change", changed);
  }, []);
  return fulfilled;
}

/** Escape ends what is spoken, and stops the answer; where there is neither, it closes the open document. */
export function useEscape(stop: () => void, conversation: Conversation, voice: Voice): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing) return;
      const spoken = voice.quit();
      if (conversation.answering.peek()) stop();
      else if (spoken) return;
      else if (route.peek().open) close();
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

/** Looks for news when someone comes back to the tab. */
export function useReturn(look: () => void): void {
  useEffect(() => {
    const seen = () => document.visibilityState === "visible" && look();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, []);
}

import { effect } from "@preact/signals";
import { tab } from "../browser/kept";
import type { Conversation } from "./conversation";
import { restored } from "./turn";

const KEPT_EVERY_MS = 500;

/** Brings back the conversation of this tab, and keeps it as it grows. */
export function remember(conversation: Conversation): void {
  conversation.turns.value = restored(tab.read("conversation"));
  let timer: number | undefined;
  const keep = () => {
    window.clearTimeout(timer);
    timer = undefined;
    tab.keep("conversation", JSON.stringify(conversation.turns.peek()));
  };
  effect(() => {
    void conversation.turns.value;
    timer ??= window.setTimeout(keep, KEPT_EVERY_MS);
  });
  window.addEventListener("pagehide", keep);
}

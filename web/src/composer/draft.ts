import { effect, signal } from "@preact/signals";
import { tab } from "../browser/kept";

/** The message that is being written. */
export const draft = signal("");

/** Brings the draft back after a reload, and keeps it as it is written. */
export function remember(): void {
  draft.value = tab.read("draft") ?? "";
  effect(() => {
    if (draft.value) tab.keep("draft", draft.value);
    else tab.drop("draft");
  });
}

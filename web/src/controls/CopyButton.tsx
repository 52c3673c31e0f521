import { useSignal } from "@preact/signals";
import { copy } from "../browser/clipboard";
import { say } from "../language/language";
import { Copy, Tick } from "./icons";

const TOLD_FOR_MS = 2000;

/** Copies a text and says whether that worked. */
export function CopyButton({ text, title }: { text: string; title: string }) {
  const outcome = useSignal<"copied" | "copyFailed" | null>(null);
  const press = async () => {
    outcome.value = (await copy(text)) ? "copied" : "copyFailed";
    window.setTimeout(() => (outcome.value = null), TOLD_FOR_MS);
  };
  return (
    <span class="copying">
      <button type="button" class="icon" title={title} aria-label={title} onClick={() => void press()}>
        {outcome.value === "copied" ? <Tick /> : <Copy />}
      </button>
      <span role="status" class={outcome.value === "copyFailed" ? "quiet" : "unseen"}>
        {outcome.value && say.value[outcome.value]}
      </span>
    </span>
  );
}

import { language, say } from "../language/language";
import { CopyButton } from "../controls/CopyButton";
import { Gauge, Repeat } from "../controls/icons";
import { speedShown, speedText, toggle } from "./speed";
import type { Answer } from "./turn";

interface Props {
  answer: Answer;
  /** Asks for another answer; null where that is not possible. */
  again: (() => void) | null;
}

/** What can be done with an answer that is complete. */
export function Actions({ answer: { text, timings }, again }: Props) {
  const words = say.value;
  return (
    <div class="actions">
      {text && <CopyButton text={text} title={words.copyAnswer} />}
      {again && (
        <button type="button" class="icon" title={words.regenerate} aria-label={words.regenerate} onClick={again}>
          <Repeat />
        </button>
      )}
      {timings && (
        <button
          type="button"
          class="icon"
          title={words.speed}
          aria-label={words.speed}
          aria-pressed={speedShown.value}
          onClick={toggle}
        >
          <Gauge />
        </button>
      )}
      {timings && speedShown.value && <span class="speed quiet">{speedText(timings, language.value)}</span>}
    </div>
  );
}

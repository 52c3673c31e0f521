import { useContext } from "preact/hooks";
import type { WireMessage } from "../api/wire";
import { CopyButton } from "../controls/CopyButton";
import { Gauge, Onward, Repeat } from "../controls/icons";
import { language, say } from "../language/language";
import { VoiceContext } from "../voice/context";
import { ReadButton } from "../voice/ReadButton";
import { Branches } from "./Branches";
import { speedShown, speedText, toggle } from "./speed";

interface Props {
  message: WireMessage;
  versions: readonly string[];
  /** Asks for another answer, or for more of this one; null where that is not possible. */
  again: (() => void) | null;
  goOn: (() => void) | null;
  show(message: string): void;
}

/** What can be done with an answer that is complete. */
export function Actions({ message: { id, text, timings, state }, versions, again, goOn, show }: Props) {
  const words = say.value;
  const voice = useContext(VoiceContext);
  const ended = state === "stopped" || state === "cut";
  return (
    <div class="actions">
      <Branches all={versions} shown={id} title={words.answerVersions} show={show} />
      {text && <CopyButton text={text} title={words.copyAnswer} />}
      {text && voice && <ReadButton voice={voice} message={id} text={text} />}
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
      {goOn && ended && (
        <button type="button" class="plain" onClick={goOn}>
          <Onward />
          {words.goOn}
        </button>
      )}
      {timings && speedShown.value && <span class="speed quiet">{speedText(timings, language.value)}</span>}
    </div>
  );
}

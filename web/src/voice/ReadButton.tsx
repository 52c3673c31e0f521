import { Speaker, SpeakerOff } from "../controls/icons";
import { say } from "../language/language";
import type { Voice } from "./voice";

/** Reads an answer out, or no longer. */
export function ReadButton({ voice, message, text }: { voice: Voice; message: string; text: string }) {
  const words = say.value.voice;
  const reading = voice.saying.value === message;
  const title = reading ? words.stopReading : words.read;
  return (
    <button type="button" class="icon" title={title} aria-label={title} aria-pressed={reading} onClick={() => void voice.read(message, text)}>
      {reading ? <SpeakerOff /> : <Speaker />}
    </button>
  );
}

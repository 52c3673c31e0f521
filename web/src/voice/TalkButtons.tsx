import { useMemo, useRef } from "preact/hooks";
import { Close, Microphone, Waves } from "../controls/icons";
import { say } from "../language/language";
import { hold, type Holding } from "./hold";
import { Meter } from "./Meter";
import type { Voice } from "./voice";
import "./voice.css";

interface Props {
  voice: Voice;
  /** Sends what was said while the button was held. */
  send(): void;
}

/** Dictates while it is held, or from one press to the next; beside it, what needs no hands. */
export function TalkButtons({ voice, send }: Props) {
  const words = say.value.voice;
  const state = voice.state.value;
  const busy = state !== "off" && state !== "conversing";
  // A press that ends a dictation is not the beginning of another.
  const holding = useHold({
    pressed: () => {
      if (voice.state.peek() === "off") void voice.dictate();
      else if (voice.state.peek() === "dictating") void voice.finish();
    },
    released: (held) => {
      // Where the browser asked first, the hand was needed for that.
      if (held && voice.state.peek() === "dictating") send();
    },
  });
  return (
    <>
      <button
        type="button"
        class="icon talk-button"
        title={words.dictateHint}
        aria-label={busy ? words.endDictating : words.dictate}
        aria-pressed={busy}
        onPointerEnter={() => voice.prepare()}
        onFocus={() => voice.prepare()}
        {...holding}
      >
        <Microphone />
      </button>
      {busy ? (
        <>
          <Meter level={voice.level} />
          <span class="quiet talk-state" role="status">
            {words.states[state]}
          </span>
          <button type="button" class="icon" title={words.discard} aria-label={words.discard} onClick={() => voice.cancel()}>
            <Close />
          </button>
        </>
      ) : (
        <button type="button" class="icon" title={words.handsFree} aria-label={words.handsFree} onClick={() => void voice.converse()}>
          <Waves />
        </button>
      )}
    </>
  );
}

/** The handlers stay the same while the button is drawn anew in the midst of a press. */
function useHold(wish: Holding) {
  const latest = useRef(wish);
  latest.current = wish;
  return useMemo(() => hold({ pressed: () => latest.current.pressed(), released: (held) => latest.current.released(held) }), []);
}

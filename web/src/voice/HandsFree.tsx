import { useEffect, useRef } from "preact/hooks";
import { Close, Stop } from "../controls/icons";
import { say } from "../language/language";
import { Meter } from "./Meter";
import type { Voice } from "./voice";

/** A conversation without hands: what is heard, how loud, and how to end it. */
export default function HandsFree({ voice, left }: { voice: Voice; left(): void }) {
  const words = say.value.voice;
  const { phase, heard } = voice.scene.value;
  const answering = phase === "answering" || phase === "thinking";
  const end = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    end.current?.focus();
    return left;
  }, []);
  return (
    <section class={`hands-free ${phase}`} aria-label={words.handsFree}>
      <p class="said" dir="auto">
        {heard || <span class="quiet">{words.speakNow}</span>}
      </p>
      <div class="standing">
        <Meter level={voice.level} />
        <span class="quiet" role="status">
          {words.phases[phase]}
        </span>
        {answering && (
          <button type="button" class="plain" onClick={() => voice.interrupt()}>
            <Stop />
            {words.interrupt}
          </button>
        )}
        <button type="button" class="main" ref={end} onClick={() => voice.hangUp()}>
          <Close />
          {words.end}
        </button>
      </div>
    </section>
  );
}

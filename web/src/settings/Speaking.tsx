import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { voices, type WireVoice } from "../api/voice";
import type { Connection } from "../connection/connection";
import { Speaker, SpeakerOff } from "../controls/icons";
import { LANGUAGES, language, say } from "../language/language";
import { type Choices, choices, choose, FASTEST, SLOWEST } from "../voice/choices";
import { voicesOf } from "../voice/sound/browserVoice";
import type { Voice } from "../voice/voice";
import { Section } from "./parts";

/** What is said to try a voice, in each language that answers are in. */
const TRIALS = { en: "This is how answers will sound.", zh: "回答听起来是这样的。" } as const;
const ANSWERED = ["en", "zh"] as const;
const SPOKEN = ["en", "zh", "yue", "ja", "ko", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "hi", "id", "vi", "th"];

/** How it sounds, and what it listens for: kept in this browser. */
export function Speaking({ voice, connection }: { voice: Voice; connection: Connection }) {
  const words = say.value.voice;
  const inside = useSignal<readonly WireVoice[] | null>(null);
  const hears = connection.hears.value;
  const speaks = connection.speaks.value;
  useEffect(() => {
    if (!speaks) inside.value = [];
    else void voices().then(({ data }) => (inside.value = data), () => (inside.value = []));
  }, [speaks]);
  const chosen = useSignal(choices());
  const set = (changes: Partial<Choices>) => {
    choose(changes);
    chosen.value = choices();
  };
  const tag = LANGUAGES[language.value].tag;
  const { speed } = chosen.value;
  return (
    <Section title={words.title} hint={words.titleHint}>
      {inside.value &&
        ANSWERED.map((each) => {
          const those = inside.value?.filter(({ language }) => language === each) ?? [];
          return <VoiceChoice key={`${each} ${those.length}`} language={each} inside={those} voice={voice} chosen={chosen.value} set={set} />;
        })}
      <label class="sound-speed">
        <span>{words.speed}</span>
        <input
          type="range"
          min={SLOWEST}
          max={FASTEST}
          step={0.1}
          value={speed}
          onInput={({ currentTarget }) => set({ speed: currentTarget.valueAsNumber })}
        />
        <output>{words.times(new Intl.NumberFormat(tag).format(speed))}</output>
      </label>
      {hears && (
        <>
          <label class="sound-voice">
            <span>{words.spokenLanguage}</span>
            <select value={chosen.value.language} onChange={({ currentTarget }) => set({ language: currentTarget.value })}>
              <option value="">{words.anyLanguage}</option>
              {SPOKEN.map((code) => (
                <option key={code} value={code}>
                  {nameOf(code, tag)}
                </option>
              ))}
            </select>
          </label>
          <label class="tick">
            <input
              type="checkbox"
              checked={chosen.value.answersAloud}
              onChange={({ currentTarget }) => set({ answersAloud: currentTarget.checked })}
            />
            {words.answersAloud}
          </label>
          <label class="tick">
            <input
              type="checkbox"
              checked={chosen.value.interrupting}
              onChange={({ currentTarget }) => set({ interrupting: currentTarget.checked })}
            />
            <span>
              {words.interrupting} <small class="quiet">{words.interruptingHint}</small>
            </span>
          </label>
        </>
      )}
    </Section>
  );
}

interface VoiceChoiceProps {
  language: (typeof ANSWERED)[number];
  /** The server's. */
  inside: readonly WireVoice[];
  voice: Voice;
  chosen: Choices;
  set(changes: Partial<Choices>): void;
}

/** The server's voices of a language, or else this device's own. */
function VoiceChoice({ language: code, inside, voice, chosen, set }: VoiceChoiceProps) {
  const words = say.value.voice;
  const id = useId();
  const isInside = inside.length > 0;
  const own = useSignal<readonly SpeechSynthesisVoice[] | null>(null);
  useEffect(() => {
    if (!isInside) void voicesOf(code).then((found) => (own.value = found));
  }, []);
  const options = isInside ? inside.map((each) => [each.id, each.name] as const) : named(own.value ?? []);
  const trial = `trial-${code}`;
  const trying = voice.saying.value === trial;
  const value = isInside ? chosen.voice : chosen.own[code];
  return (
    <div class="sound-voice">
      <label for={id}>{words.voiceFor(nameOf(code, LANGUAGES[language.value].tag))}</label>
      {own.value?.length === 0 ? (
        <span id={id} class="quiet">
          {words.noVoice}
        </span>
      ) : (
        <>
          <select
            id={id}
            value={options.some(([name]) => name === value) ? value : ""}
            onChange={({ currentTarget }) =>
              set(isInside ? { voice: currentTarget.value } : { own: { ...chosen.own, [code]: currentTarget.value } })
            }
          >
            <option value="">{words.anyVoice}</option>
            {options.map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
          <button type="button" class="plain" aria-pressed={trying} onClick={() => void voice.read(trial, TRIALS[code])}>
            {trying ? <SpeakerOff /> : <Speaker />}
            {words.try}
          </button>
        </>
      )}
    </div>
  );
}

function named(known: readonly SpeechSynthesisVoice[]): (readonly [string, string])[] {
  return known.map(({ voiceURI, name }) => [voiceURI, say.value.voice.ownVoice(name)] as const);
}

function nameOf(code: string, tag: string): string {
  return new Intl.DisplayNames([tag], { type: "language" }).of(code) ?? code;
}

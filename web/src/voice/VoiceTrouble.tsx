import { failureText } from "../api/failureText";
import { Notice } from "../controls/Notice";
import { language, LANGUAGES, say } from "../language/language";
import { NoMicrophone } from "./NoMicrophone";
import type { Problem, Voice } from "./voice";

interface Props {
  voice: Voice;
  problem: Problem;
  /** Takes what was said in a recording. */
  take(text: string): void;
}

/** Why one cannot be heard, or hear, and what helps. */
export default function VoiceTrouble({ voice, problem, take }: Props) {
  const words = say.value;
  const close = () => (voice.problem.value = null);
  if (problem.is === "microphone") return <NoMicrophone lack={problem.lack} close={close} take={take} />;
  const [tone, text] =
    problem.is === "failure"
      ? (["trouble", problem.failure.cause === "gone" ? words.gone : failureText(problem.failure, words)] as const)
      : (["calm", words.voice.voiceless(nameOf(problem.language))] as const);
  return (
    <Notice tone={tone} action={{ title: words.understood, run: close }}>
      {text}
    </Notice>
  );
}

function nameOf(code: string): string {
  const names = new Intl.DisplayNames([LANGUAGES[language.value].tag], { type: "language" });
  return (code && names.of(code)) || code;
}

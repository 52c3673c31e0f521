import { useEffect, useMemo, useState } from "preact/hooks";
import type { Failure } from "../api/failure";
import { failureText } from "../api/failureText";
import type { WireCitation, WireMessage } from "../api/wire";
import { route } from "../browser/route";
import { Notice } from "../controls/Notice";
import { say } from "../language/language";
import { Markdown } from "../markdown/Markdown";
import { Actions } from "./Actions";
import { referencesOf } from "./citing";
import { Passages } from "./Passages";
import { Calls, Thinking } from "./Workings";

interface Props {
  question: string;
  message: WireMessage;
  versions: readonly string[];
  /** Why it could not be asked for. */
  refusal: Failure | null;
  /** Each is null where it is not possible. */
  again: (() => void) | null;
  goOn: (() => void) | null;
  retry: (() => void) | null;
  takeBack: (() => void) | null;
  show(message: string): void;
}

const NONE: readonly WireCitation[] = [];

/** An answer in whatever state it is, with what can be done about it. */
export function AnswerView({ question, message, versions, refusal, again, goOn, retry, takeBack, show }: Props) {
  const { state, text, failure, sources, citations = NONE, thinking, calls, forgotten } = message;
  const words = say.value;
  const place = route.value;
  const references = useMemo(() => referencesOf(text, citations, words), [text, citations, words, place]);
  const open = state === "writing";
  const waiting = open && !text && !thinking;
  return (
    <div class="answer" aria-busy={open}>
      <h2 class="unseen">{words.name}</h2>
      {forgotten ? <p class="quiet forgotten">{words.forgotten(forgotten)}</p> : null}
      {calls && calls.length > 0 && <Calls calls={calls} />}
      {thinking && <Thinking text={thinking} open={open && !text} />}
      {waiting && <Waiting />}
      <Markdown source={text} writing={open && text !== ""} references={references} />
      {state === "stopped" && <p class="quiet">{words.stopped}</p>}
      {state === "cut" && <p class="quiet">{words.cut}</p>}
      {failure && <Notice tone="trouble" action={again && { title: words.retry, run: again }}>{failure.message || words.lost}</Notice>}
      {refusal && <Refusal failure={refusal} retry={retry} takeBack={takeBack} />}
      {!open && !refusal && <Actions message={message} versions={versions} again={again} goOn={goOn} show={show} />}
      {sources && sources.length > 0 && <Passages question={question} passages={sources} />}
    </div>
  );
}

function Refusal({ failure, retry, takeBack }: { failure: Failure } & Pick<Props, "retry" | "takeBack">) {
  const words = say.value;
  const [title, run] = failure.cause === "too-long" ? [words.edit, takeBack] : [words.retry, retry];
  return (
    <Notice tone="trouble" action={run && { title, run }}>
      {failureText(failure, words)}
    </Notice>
  );
}

/** Three dots, and from the second second on, how long it has been. */
function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setSeconds((count) => count + 1), 1000);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <p class="waiting quiet">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {seconds > 0 && `${say.value.reading} ${say.value.seconds(seconds)}`}
    </p>
  );
}

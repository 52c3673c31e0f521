import { useEffect, useMemo, useState } from "preact/hooks";
import type { Failure } from "../api/failure";
import { failureText } from "../api/failureText";
import type { WireCitation } from "../api/wire";
import { route } from "../browser/route";
import { say } from "../language/language";
import { Markdown } from "../markdown/Markdown";
import { Notice } from "../controls/Notice";
import { Actions } from "./Actions";
import { referencesOf } from "./citing";
import { Passages } from "./Passages";
import type { Answer } from "./turn";

interface Props {
  question: string;
  answer: Answer;
  /** Asks for another answer; null where that is not possible. */
  again: (() => void) | null;
  /** Takes the question back to be changed; null where that is not possible. */
  edit: (() => void) | null;
}

const NONE: readonly WireCitation[] = [];

/** An answer in whatever state it is, with what can be done about it. */
export function AnswerView({ question, answer, again, edit }: Props) {
  const { state, text, failure, passages, citations = NONE } = answer;
  const words = say.value;
  const place = route.value.view;
  const references = useMemo(() => referencesOf(text, citations, words), [text, citations, words, place]);
  const open = state === "waiting" || state === "writing";
  return (
    <div class="answer" aria-busy={open}>
      <h2 class="unseen">{words.name}</h2>
      {state === "waiting" && <Waiting />}
      <Markdown source={text} writing={state === "writing"} references={references} />
      {state === "stopped" && <p class="quiet">{words.stopped}</p>}
      {state === "cut" && <p class="quiet">{words.cut}</p>}
      {failure && <Trouble failure={failure} again={again} edit={edit} />}
      {!open && !failure && <Actions answer={answer} again={again} />}
      {passages && passages.length > 0 && <Passages question={question} passages={passages} />}
    </div>
  );
}

function Trouble({ failure, again, edit }: { failure: Failure } & Pick<Props, "again" | "edit">) {
  const words = say.value;
  const [title, run] = failure.cause === "too-long" ? [words.edit, edit] : [words.retry, again];
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

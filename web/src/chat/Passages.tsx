import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { WirePassage } from "../api/wire";
import { PassageCard } from "../documents/PassageCard";
import { Words } from "../text/words";
import { say } from "../language/language";

/** More than this are shown when asked for: the answer matters most. */
const SHOWN_AT_FIRST = 3;

interface Props {
  question: string;
  passages: readonly WirePassage[];
}

/** What was found in the documents, there before the answer is written. */
export function Passages({ question, passages }: Props) {
  const words = say.value;
  const all = useSignal(false);
  const wanted = useMemo(() => new Words(question), [question]);
  const more = passages.length - SHOWN_AT_FIRST;
  return (
    <section class="sources" aria-label={words.passages}>
      <h3>{words.passages}</h3>
      <ol class="passages">
        {passages.slice(0, all.value ? undefined : SHOWN_AT_FIRST).map((passage, index) => (
          <PassageCard key={index} passage={passage} number={index + 1} words={wanted} />
        ))}
      </ol>
      {more > 0 && !all.value && (
        <button type="button" class="link" onClick={() => (all.value = true)}>
          {words.morePassages(more)}
        </button>
      )}
    </section>
  );
}

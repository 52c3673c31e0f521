import { useMemo } from "preact/hooks";
import type { WireFound } from "../api/wire";
import { say } from "../language/language";
import { Words } from "../text/words";
import { PassageCard } from "./PassageCard";

interface Props {
  found: WireFound;
  title: string;
  /** What to say where nothing was found. */
  nothing: string;
}

/** The passages that a search found, best first, and how many it could not look at yet. */
export function FoundPassages({ found: { query, data, waiting }, title, nothing }: Props) {
  const words = say.value;
  const wanted = useMemo(() => new Words(query), [query]);
  return (
    <section class="found" aria-label={title}>
      <h3>{title}</h3>
      {data.length === 0 && <p class="quiet">{nothing}</p>}
      <ol class="passages">
        {data.map((passage, index) => (
          <PassageCard key={`${passage.document}${passage.start}`} passage={passage} number={index + 1} words={wanted} />
        ))}
      </ol>
      {waiting > 0 && <p class="quiet">{words.waitingForMeaning(waiting)}</p>}
    </section>
  );
}

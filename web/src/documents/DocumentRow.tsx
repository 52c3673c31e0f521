import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { WireDocument } from "../api/wire";
import { linkTo } from "../browser/route";
import { Chevron, Sheet } from "../controls/icons";
import { say } from "../language/language";
import { ago } from "../language/measures";
import type { Library } from "./library";
import { Report } from "./Report";

interface Props {
  document: WireDocument;
  library: Library;
  askAbout(id: string): void;
}

/** One document: a link that opens it, and a report that unfolds. */
export function DocumentRow({ document, library, askAbout }: Props) {
  const words = say.value;
  const unfolded = useSignal(false);
  const report = useId();
  const { id, name, problems } = document;
  return (
    <li class={unfolded.value ? "document unfolded" : "document"}>
      <Sheet />
      <div class="what">
        <a class="name" href={linkTo({ document: id, page: null, passage: null })} dir="auto">
          {name}
        </a>
        <p class="quiet facts">
          {facts(document).join(" · ")}
          {problems.length > 0 && <span class="problems"> · {words.problemCount(problems.length)}</span>}
        </p>
        <Chips document={document} />
      </div>
      <button
        type="button"
        class="icon fold"
        title={words.report}
        aria-label={words.reportOf(name)}
        aria-expanded={unfolded.value}
        aria-controls={report}
        onClick={() => (unfolded.value = !unfolded.value)}
      >
        <Chevron />
      </button>
      <div id={report} class="report" hidden={!unfolded.value}>
        {unfolded.value && <Report document={document} library={library} askAbout={askAbout} />}
      </div>
    </li>
  );
}

function Chips({ document: { collections, tags } }: { document: WireDocument }) {
  if (collections.length + tags.length === 0) return null;
  return (
    <ul class="chips">
      {collections.map(({ id, name }) => (
        <li key={id} class="collection">
          {name}
        </li>
      ))}
      {tags.map((name) => (
        <li key={name}>#{name}</li>
      ))}
    </ul>
  );
}

function facts({ format, pages, created, state }: WireDocument): string[] {
  const words = say.value;
  return [
    format.toUpperCase(),
    ...(pages ? [words.pageCount(pages)] : []),
    ago(created),
    ...(state === "words" ? [words.wordsOnly] : []),
  ];
}

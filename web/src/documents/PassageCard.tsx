import type { WirePassage } from "../api/wire";
import { linkTo } from "../browser/route";
import { Chevron } from "../controls/icons";
import { say } from "../language/language";
import { Marked } from "../text/Marked";
import { bestPiece, type Words } from "../text/words";

const SNIPPET = 180;

interface Props {
  passage: WirePassage;
  number: number;
  /** The words of the question, to be marked. */
  words: Words;
}

/** A passage: where it stands and its best piece; unfolded, all of it. */
export function PassageCard({ passage, number, words }: Props) {
  const text = passage.text;
  const ranges = words.in(text);
  const [from, to] = bestPiece(text, ranges, SNIPPET);
  return (
    <li>
      <details class="passage">
        <summary>
          <span class="number" aria-hidden="true">
            {number}
          </span>
          <span class="where">
            <b dir="auto">{passage.name}</b>
            <span class="quiet"> {pagesOf(passage)}</span>
          </span>
          <Chevron />
          <span class="snippet" dir="auto">
            {from > 0 && "…"}
            <Marked text={text} ranges={ranges} from={from} to={to} />
            {to < text.length && "…"}
          </span>
        </summary>
        {passage.path.length > 0 && <p class="quiet path">{passage.path.join(" › ")}</p>}
        <p class="whole" dir="auto">
          <Marked text={text} ranges={ranges} from={0} to={text.length} />
        </p>
        <a href={linkToPassage(passage)}>{say.value.openPassage}</a>
      </details>
    </li>
  );
}

export function linkToPassage({ document, first_page, start, end }: WirePassage): string {
  return linkTo({ document, page: first_page, passage: [start, end] });
}

/** "p. 3", "pp. 3–4", or nothing where there are no pages. */
function pagesOf({ first_page: first, last_page: last }: WirePassage): string {
  if (first === null) return "";
  return last !== null && last !== first ? say.value.pagesRange(first, last) : say.value.page(first);
}

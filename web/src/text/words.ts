/** Where the words of a question stand in a text. Pure. */

const CJK = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}";
const RUN_OF_CJK = new RegExp(`[${CJK}]+`, "gu");
const WORD = new RegExp(`(?:(?![${CJK}])[\\p{L}\\p{N}])+`, "gu");
const LEAST_STEM = 4;

/** English words that tell nothing about what is asked. */
const COMMON = new Set(
  ("a an and are as at be been by can did do does for from had has have how i in is it its many may me much must my of on" +
    " or our should tell than that the their there these they this to was we were what when where which who whom why will" +
    " with would you your about").split(" "),
);

export type Range = readonly [start: number, end: number];

/** Finds a question's words in texts. */
export class Words {
  private readonly stems: ReadonlySet<string>;
  private readonly pairs: ReadonlySet<string>;

  constructor(question: string) {
    const words = (question.toLowerCase().match(WORD) ?? []).filter((word) => !COMMON.has(word));
    this.stems = new Set(words.map(stem));
    this.pairs = new Set((question.match(RUN_OF_CJK) ?? []).flatMap(pairsIn));
  }

  /** The ranges of the words in a text, in order, none touching the next. */
  in(text: string): Range[] {
    return joined([...this.wordsIn(text), ...this.pairsAt(text)]);
  }

  private wordsIn(text: string): Range[] {
    return [...text.matchAll(WORD)]
      .filter(([word]) => this.stems.has(stem(word.toLowerCase())))
      .map(({ 0: word, index }) => [index, index + word.length]);
  }

  private pairsAt(text: string): Range[] {
    return [...text.matchAll(RUN_OF_CJK)].flatMap(({ 0: run, index }) =>
      run.length === 1 || this.pairs.size === 0
        ? []
        : Array.from({ length: run.length - 1 }, (_, at) => at)
            .filter((at) => this.pairs.has(run.slice(at, at + 2)))
            .map((at): Range => [index + at, index + at + 2]),
    );
  }
}

/** The piece of a text, about `length` characters long, with the most of these ranges in it. */
export function bestPiece(text: string, ranges: readonly Range[], length: number): Range {
  const starts = [0, ...ranges.map(([start]) => Math.max(0, start - length / 4))];
  const weight = (from: number) =>
    ranges.reduce((sum, [start, end]) => (start >= from && end <= from + length ? sum + end - start : sum), 0);
  const from = starts.reduce((best, start) => (weight(start) > weight(best) ? start : best), 0);
  return [wordStart(text, Math.floor(from)), Math.min(text.length, Math.floor(from) + length)];
}

/** A text cut into pieces that are in the ranges and pieces that are not. */
export function pieces(text: string, ranges: readonly Range[], from = 0, to = text.length): [piece: string, marked: boolean][] {
  const cut: [string, boolean][] = [];
  let at = from;
  for (const [start, end] of ranges) {
    if (end <= at || start >= to) continue;
    if (start > at) cut.push([text.slice(at, start), false]);
    cut.push([text.slice(Math.max(at, start), Math.min(end, to)), true]);
    at = Math.min(end, to);
  }
  if (at < to) cut.push([text.slice(at, to), false]);
  return cut;
}

function joined(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort(([one], [other]) => one - other);
  const found: Range[] = [];
  for (const [start, end] of sorted) {
    const last = found.at(-1);
    if (last && start <= last[1]) found[found.length - 1] = [last[0], Math.max(last[1], end)];
    else found.push([start, end]);
  }
  return found;
}

function pairsIn(run: string): string[] {
  return Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2));
}

function stem(word: string): string {
  const cut = word.replace(/(?:ies|es|s|ed|ing|e|y)$/, "");
  return cut.length >= LEAST_STEM ? cut : word;
}

/** Moves a cut back to where its word begins, if that is near. */
function wordStart(text: string, at: number): number {
  const space = text.lastIndexOf(" ", at);
  return at === 0 || space < at - 20 ? at : space + 1;
}

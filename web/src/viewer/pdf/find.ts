/**
 * Where a passage stands on a page that is drawn in pieces. Pure.
 *
 * Two programs read the same page differently: other spaces, hyphens, ligatures, another order of
 * columns. So only letters and digits count, and the passage may be found in several runs.
 */
import type { Range } from "../../text/words";

/** Shorter runs than this say nothing; a Chinese character says more than a letter. */
const SHORTEST = 18;
const SHORTEST_CJK = 6;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

interface Letter {
  piece: number;
  at: number;
  length: number;
}

/** For each piece the ranges in it that belong to the passage. */
export function found(pieces: readonly string[], passage: string): Range[][] {
  const letters: Letter[] = [];
  const page = pieces.map((text, piece) => plain(text, (at, length) => letters.push({ piece, at, length }))).join("");
  const ranges: Range[][] = pieces.map(() => []);
  for (const [start, end] of runs(page, plain(passage))) {
    for (const letter of letters.slice(start, end)) add(ranges[letter.piece], letter.at, letter.at + letter.length);
  }
  return ranges;
}

/** The stretches of the page that are stretches of the passage, each as long as can be. */
function runs(page: string, passage: string): Range[] {
  const shortest = Math.min(passage.length, CJK.test(passage) ? SHORTEST_CJK : SHORTEST);
  if (shortest === 0) return [];
  const all: Range[] = [];
  let at = 0;
  let last = 0;
  while (at + shortest <= passage.length) {
    const seed = passage.slice(at, at + shortest);
    const after = page.indexOf(seed, last);
    const start = after >= 0 ? after : page.indexOf(seed);
    if (start < 0) at += 1;
    else {
      const length = agreement(page, start, passage, at);
      all.push([start, start + length]);
      last = start + length;
      at += length;
    }
  }
  return all;
}

function agreement(page: string, start: number, passage: string, at: number): number {
  let length = 0;
  while (page[start + length] !== undefined && page[start + length] === passage[at + length]) length += 1;
  return length;
}

/** A text's letters and digits alone, in lower case; `seen` hears where each of them came from. */
function plain(text: string, seen: (at: number, length: number) => void = () => undefined): string {
  let letters = "";
  let at = 0;
  for (const character of text) {
    for (const unit of character.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")) {
      for (let count = 0; count < unit.length; count++) seen(at, character.length);
      letters += unit;
    }
    at += character.length;
  }
  return letters;
}

function add(ranges: Range[] | undefined, start: number, end: number): void {
  const last = ranges?.at(-1);
  // Spaces and points between two letters of the passage belong to it as well.
  if (ranges && last && start - last[1] <= 3 && start >= last[0]) ranges[ranges.length - 1] = [last[0], Math.max(last[1], end)];
  else ranges?.push([start, end]);
}

/** A document's text page by page, and the part of a passage on each. Pure. */
import type { WireText } from "../api/wire";
import type { Place } from "../browser/route";
import { unitsOf } from "../text/units";
import type { Range } from "../text/words";

/** `page` null: the document has no pages. Units: `passage` counts UTF-16 units of `text`. */
export interface TextPage {
  page: number | null;
  text: string;
  passage: Range | null;
}

/** A text without pages is cut here and there, so that a long one is drawn piece by piece. */
const PIECE = 4000;

export function pagesOf({ text, pages }: WireText, passage: Place["passage"]): TextPage[] {
  const units = unitsOf(text);
  const range: Range | null = passage && [units(passage[0]), units(passage[1])];
  const starts = pages.length > 0 ? pages.map(([start, page]) => ({ at: units(start), page })) : cuts(text);
  return starts.map(({ at, page }, index) => {
    const from = index === 0 ? 0 : at;
    const to = starts[index + 1]?.at ?? text.length;
    return { page, text: text.slice(from, to), passage: within(range, from, to) };
  });
}

/** The part of a range between two places, counted from the first; null if there is none. */
function within(range: Range | null, from: number, to: number): Range | null {
  if (!range || range[1] <= from || range[0] >= to) return null;
  return [Math.max(range[0], from) - from, Math.min(range[1], to) - from];
}

function cuts(text: string): { at: number; page: null }[] {
  const found = [{ at: 0, page: null }];
  for (let at = PIECE; at < text.length; at += PIECE) {
    const end = text.indexOf("\n", at);
    if (end < 0) break;
    at = end + 1;
    found.push({ at, page: null });
  }
  return found;
}

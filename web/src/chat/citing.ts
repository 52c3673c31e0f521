import type { WireCitation } from "../api/wire";
import { linkTo } from "../browser/route";
import type { Messages } from "../language/en";
import type { Reference } from "../markdown/references";
import { unitsOf } from "../text/units";

/** Where an answer's sentences end that documents bear out, as references to the passages. */
export function referencesOf(
  text: string,
  citations: readonly WireCitation[],
  words: Messages,
): readonly Reference[] {
  const units = unitsOf(text);
  const known = new Set<string>();
  return citations.flatMap(({ end, passage, document, name, page, source_start, source_end }) => {
    const label = String(passage + 1);
    if (known.has(`${end} ${label}`)) return [];
    known.add(`${end} ${label}`);
    return {
      at: units(end),
      label,
      title: words.source(passage + 1, name, page === null ? "" : words.page(page)),
      href: linkTo({ document, page, passage: [source_start, source_end] }),
    };
  });
}

/** The text of a page in blocks: tables, and all else. Nothing moves: every place stays where it was. Pure. */
import type { Range } from "../text/words";

export type Block = { kind: "text"; range: Range } | { kind: "table"; rows: readonly (readonly Range[])[] };

/** A line this long that goes on in the next was broken for paper, not for meaning. */
const FULL_LINE = 45;
const RULE = /^\|(?:\s*:?-+:?\s*\|)+$/;
const GOES_ON = /^[\p{L}\p{N}(“"‘']/u;
const ITEM = /^(?:\d{1,3}[.)]|[A-Za-z][.)])\s/;

/** The blocks of a text in which tables are written as in Markdown. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const [start, end] of lines(text)) {
    const line = text.slice(start, end).trimEnd();
    const last = blocks.at(-1);
    if (line.startsWith("|") && line.endsWith("|") && line.length > 1) {
      const row = RULE.test(line) ? [] : cells(line, start);
      if (last?.kind === "table") last.rows = row.length > 0 ? [...last.rows, row] : last.rows;
      else if (row.length > 0) blocks.push({ kind: "table", rows: [row] });
    } else if (last?.kind === "text") last.range = [last.range[0], end];
    else blocks.push({ kind: "text", range: [start, end] });
  }
  return blocks;
}

/** The text with a space for each line end that only the width of some paper asked for. */
export function reflowed(text: string): string {
  const broken = text.split("\n");
  return broken.reduce((flowing, line, index) => {
    const before = broken[index - 1] ?? "";
    const joins = before.trimEnd().length >= FULL_LINE && GOES_ON.test(line) && !ITEM.test(line);
    return `${flowing}${joins ? " " : "\n"}${line}`;
  });
}

/** The part of a range within another, or nothing. */
export function overlap(range: Range | null, [start, end]: Range): Range[] {
  if (!range || range[1] <= start || range[0] >= end) return [];
  return [[Math.max(range[0], start), Math.min(range[1], end)]];
}

function lines(text: string): Range[] {
  let at = 0;
  return text.split("\n").map((line): Range => {
    const start = at;
    at += line.length + 1;
    return [start, Math.min(at, text.length)];
  });
}

/** Where each cell of a row stands; a bar after "\" is part of its cell. */
function cells(line: string, start: number): Range[] {
  return [...line.slice(1).matchAll(/((?:\\.|[^|\\])*)\|/g)].map(({ 0: cell, index }) => {
    const from = start + 1 + index;
    return [from, from + cell.length - 1];
  });
}

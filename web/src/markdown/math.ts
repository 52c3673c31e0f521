/** Where TeX stands in Markdown: $…$ and \(…\) in a line, $$…$$ and \[…\] by themselves. Pure. */
import type { Token, TokenizerExtension } from "marked";

export interface FormulaToken {
  type: "formula";
  raw: string;
  text: string;
  display: boolean;
}

const LONE = [/^ {0,3}\$\$([\s\S]+?)\$\$[ \t]*(?:\n|$)/, /^ {0,3}\\\[([\s\S]+?)\\\][ \t]*(?:\n|$)/];
const DOUBLE = [/^\$\$([^$\n]+?)\$\$/, /^\\\[([^\n]+?)\\\]/];
// "$5 or $10" is money: no space within, and no digit behind.
const SINGLE = [/^\$((?!\s)(?:\\[\s\S]|[^$\\\n])*?(?<!\s))\$(?!\d)/, /^\\\(([^\n]+?)\\\)/];

export const FORMULAS: TokenizerExtension[] = [
  {
    name: "formula",
    level: "block",
    start: (source) => placeOf(source, /(?:^|\n) {0,3}(?:\$\$|\\\[)/),
    tokenizer: (source) => found(source, LONE, true),
  },
  {
    name: "formula",
    level: "inline",
    start: (source) => placeOf(source, /\$|\\[([]/),
    tokenizer: (source) => found(source, DOUBLE, true) ?? found(source, SINGLE, false),
  },
];

export function isFormula(token: Token | FormulaToken): token is FormulaToken {
  return token.type === "formula";
}

function found(source: string, patterns: readonly RegExp[], display: boolean): FormulaToken | undefined {
  for (const pattern of patterns) {
    const [raw, text] = pattern.exec(source) ?? [];
    if (raw && text?.trim()) return { type: "formula", raw, text: text.trim(), display };
  }
  return undefined;
}

function placeOf(source: string, pattern: RegExp): number | undefined {
  const place = source.search(pattern);
  return place < 0 ? undefined : place;
}

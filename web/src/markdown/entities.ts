/** The character references that people and models write. The other two thousand stay as they are. */
const NAMED: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  copy: "©",
  reg: "®",
  deg: "°",
  middot: "·",
  times: "×",
  divide: "÷",
  plusmn: "±",
  le: "≤",
  ge: "≥",
  ne: "≠",
  larr: "←",
  rarr: "→",
  bull: "•",
  hellip: "…",
  ndash: "–",
  mdash: "—",
};

const HIGHEST_CODE_POINT = 0x10ffff;

/** Text with its character references replaced. */
export function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (raw, decimal, hex, name) => {
    if (name) return NAMED[name] ?? raw;
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return point > 0 && point <= HIGHEST_CODE_POINT ? String.fromCodePoint(point) : "\ufffd";
  });
}

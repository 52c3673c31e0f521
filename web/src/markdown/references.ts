/** Places in a Markdown text that refer to something: set in before it is read, found again after. Pure. */

/** A number at a place of the text, counted in UTF-16 units, that leads somewhere. */
export interface Reference {
  at: number;
  label: string;
  title: string;
  href: string;
}

// A mark begins and ends with punctuation, so that "**bold.**" before it stays bold.
const MARK = /⸨\ue000(\d+)\ue001⸩/g;
const FORGED = /[\ue000\ue001]/g;
/** Lines that mean something only if nothing follows: rules, underlines, a table's second line. */
const RULE = /^[\s|:=*_-]+$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** The text with a mark at each reference's place, or as near before it as its Markdown allows. */
export function withMarks(source: string, references: readonly Reference[]): string {
  // What a model wrote cannot pass for a mark.
  const text = source.replace(FORGED, "\ufffd");
  if (references.length === 0) return text;
  const lines = linesOf(text);
  const places = references
    .map(({ at }, index) => ({ at: place(text, lines, Math.min(at, text.length)), index }))
    .sort((one, other) => one.at - other.at || one.index - other.index);
  let marked = "";
  let done = 0;
  for (const { at, index } of places) {
    marked += `${text.slice(done, at)}⸨\ue000${index}\ue001⸩`;
    done = at;
  }
  return marked + text.slice(done);
}

/** A piece of a text without its marks, and the numbers of the references that stood in it. */
export function withoutMarks(text: string): [text: string, references: number[]] {
  return [text.replace(MARK, ""), [...text.matchAll(MARK)].map(([, index]) => Number(index))];
}

/** A text cut at its marks: strings, and the numbers of references. */
export function cutAtMarks(text: string): (string | number)[] {
  const cut = text.split(MARK);
  return cut.map((piece, index) => (index % 2 ? Number(piece) : piece)).filter((piece) => piece !== "");
}

interface Line {
  start: number;
  end: number;
  text: string;
  /** Where the code ends that this line is part of; null outside of code. */
  codeEnd: number | null;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  let open: { fence: string; lines: Line[] } | null = null;
  for (const piece of text.split("\n")) {
    const line: Line = { start, end: start + piece.length, text: piece, codeEnd: null };
    lines.push(line);
    start = line.end + 1;
    const fence = FENCE.exec(piece)?.[1];
    if (open) {
      open.lines.push(line);
      if (fence?.startsWith(open.fence)) open = closed(open);
    } else if (fence) open = { fence, lines: [line] };
  }
  if (open) closed({ ...open, lines: [...open.lines, { start, end: start, text: "", codeEnd: null }] });
  return lines;
}

/** Every line of a block of code knows where its last line before the closing fence ends. */
function closed({ lines }: { lines: Line[] }): null {
  const last = lines[Math.max(1, lines.length - 2)] ?? lines[0];
  for (const line of lines) line.codeEnd = last?.end ?? line.end;
  return null;
}

function place(text: string, lines: readonly Line[], wanted: number): number {
  const at = text.slice(0, wanted).trimEnd().length;
  const index = lines.filter(({ start }) => start <= at).length - 1;
  const line = lines[index];
  if (!line) return at;
  if (line.codeEnd !== null) return line.codeEnd;
  if (index > 0 && RULE.test(line.text)) return place(text, lines, line.start);
  // Behind a row's last bar there is no cell any more.
  const bar = /\s*\|\s*$/.exec(text.slice(line.start, at));
  return bar && line.text.trimStart().startsWith("|") ? line.start + bar.index : at;
}

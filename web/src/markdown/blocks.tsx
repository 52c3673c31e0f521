import type { MarkedToken, Token, Tokens } from "marked";
import type { ComponentChildren } from "preact";
import { say } from "../language/language";
import { Code } from "./Code";
import { formula, inline } from "./inline";
import { isFormula } from "./math";
import { textWithMarks } from "./ReferenceMarks";

/** Deeper nesting than anyone reads is shown as it was written. */
const DEEPEST = 24;

/** The page and the turn have the first two levels of headings. */
const HEADINGS = ["h3", "h4", "h5", "h6"] as const;

/** Draws one block of Markdown. `top`: the depth of its text's highest heading, 1 to 6. */
export function block(generic: Token, top: number, depth = 0): ComponentChildren {
  if (isFormula(generic)) return formula(generic);
  const token = generic as MarkedToken;
  if (depth > DEEPEST) return textWithMarks(token.raw);
  switch (token.type) {
    case "paragraph":
      return <p dir="auto">{inline(token.tokens)}</p>;
    case "heading":
      return heading(token, top);
    case "code":
      return <Code text={token.text} language={token.lang ?? ""} complete={isClosed(token.raw)} />;
    case "blockquote":
      return <blockquote>{blocks(token.tokens, top, depth + 1)}</blockquote>;
    case "list":
      return list(token, top, depth + 1);
    case "table":
      return table(token);
    case "hr":
      return <hr />;
    case "html":
      return <p class="written">{textWithMarks(token.text)}</p>;
    case "space":
    case "def":
      return null;
    default:
      return inline([token]);
  }
}

function blocks(tokens: readonly Token[], top: number, depth: number): ComponentChildren {
  return tokens.map((token) => block(token, top, depth));
}

/** A fence that is still open, or code by its indent, may have more to come. */
function isClosed(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  return fence !== undefined && raw.trimEnd().endsWith(fence) && raw.trimEnd().length > fence.length * 2;
}

function heading({ depth, tokens }: Tokens.Heading, top: number): ComponentChildren {
  const Level = HEADINGS[depth - top] ?? "h6";
  return <Level dir="auto">{inline(tokens)}</Level>;
}

function list({ ordered, start, items }: Tokens.List, top: number, depth: number): ComponentChildren {
  const entries = items.map((item) => (
    <li class={item.task ? "task" : undefined} dir="auto">
      {blocks(item.tokens, top, depth)}
    </li>
  ));
  return ordered ? <ol start={Number(start)}>{entries}</ol> : <ul>{entries}</ul>;
}

function table({ header, rows }: Tokens.Table): ComponentChildren {
  const cells = (row: Tokens.TableCell[]) =>
    row.map(({ tokens, align, header: isHeader }) => {
      const Cell = isHeader ? "th" : "td";
      return <Cell class={align ?? undefined}>{inline(tokens)}</Cell>;
    });
  return (
    <div class="table" role="region" aria-label={say.value.table} tabIndex={0}>
      <table>
        <thead>
          <tr>{cells(header)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>{cells(row)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

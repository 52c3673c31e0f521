import type { MarkedToken, Token, Tokens } from "marked";
import type { ComponentChildren } from "preact";
import { say } from "../language/language";
import { cutBareAddress, safeAddress } from "./address";
import { decoded } from "./entities";
import { Formula } from "./Formula";
import { type FormulaToken, isFormula } from "./math";
import { ReferenceMark, textWithMarks } from "./ReferenceMarks";
import { withoutMarks } from "./references";

/** Draws what stands within a line. HTML is shown as it was written, line breaks aside. */
export function inline(tokens: readonly Token[]): ComponentChildren {
  return tokens.map((token) => (isFormula(token) ? formula(token) : drawn(token as MarkedToken)));
}

export function formula({ text, display }: FormulaToken): ComponentChildren {
  const [source, references] = withoutMarks(text);
  return [<Formula source={source} display={display} />, references.map((index) => <ReferenceMark index={index} />)];
}

function drawn(token: MarkedToken): ComponentChildren {
  switch (token.type) {
    case "strong":
      return <strong>{inline(token.tokens)}</strong>;
    case "em":
      return <em>{inline(token.tokens)}</em>;
    case "del":
      return <del>{inline(token.tokens)}</del>;
    case "codespan":
      return code(token);
    case "br":
      return <br />;
    case "link":
      return link(token);
    case "image":
      return picture(token);
    case "checkbox":
      return checkbox(token);
    case "html":
      return /^<br\s*\/?>$/i.test(token.text) ? <br /> : textWithMarks(token.text);
    case "escape":
      return token.text;
    case "text":
      return token.tokens ? inline(token.tokens) : textWithMarks(decoded(token.text));
    default:
      return textWithMarks(token.raw);
  }
}

function code({ text }: Tokens.Codespan): ComponentChildren {
  const [written, references] = withoutMarks(text);
  return [<code>{written}</code>, references.map((index) => <ReferenceMark index={index} />)];
}

function checkbox({ checked }: Tokens.Checkbox): ComponentChildren {
  const label = checked ? say.value.done : say.value.toDo;
  return <input type="checkbox" checked={checked} disabled aria-label={label} />;
}

function link(token: Tokens.Link): ComponentChildren {
  if (token.autolink) return bareLink(token);
  const content = inline(token.tokens);
  return anchor(safeAddress(withoutMarks(token.href)[0]), content);
}

function bareLink(token: Tokens.Link): ComponentChildren {
  const [address] = cutBareAddress(token.href);
  const [text, rest] = cutBareAddress(token.text);
  return [anchor(safeAddress(address), text), textWithMarks(rest)];
}

// The page asks no other host for anything, so a picture elsewhere becomes a link to it.
function picture({ href, text }: Tokens.Image): ComponentChildren {
  return anchor(safeAddress(href), say.value.picture(decoded(text) || href));
}

function anchor(address: string | null, content: ComponentChildren): ComponentChildren {
  if (address === null) return <span title={say.value.unsafeLink}>{content}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {content}
    </a>
  );
}

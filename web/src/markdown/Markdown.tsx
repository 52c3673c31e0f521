import type { Token } from "marked";
import { Component } from "preact";
import { useMemo } from "preact/hooks";
import { block } from "./blocks";
import { parse, topHeading } from "./parse";
import { References } from "./ReferenceMarks";
import { type Reference, withMarks } from "./references";
import "./markdown.css";

interface Props {
  source: string;
  /** Whether more is still to come. */
  writing: boolean;
  /** Numbers to be raised at places of the text. */
  references?: readonly Reference[];
}

const NONE: readonly Reference[] = [];

/** A Markdown text from a model: drawn as elements, never as HTML, so nothing in it can act. */
export function Markdown({ source, writing, references = NONE }: Props) {
  const tokens = useMemo(() => parse(withMarks(source, references)), [source, references]);
  const definitions = tokens.filter(({ type }) => type === "def").length;
  const top = topHeading(tokens);
  return (
    <References.Provider value={references}>
      <div class={writing ? "markdown writing" : "markdown"}>
        {tokens.map((token, index) => (
          <Block key={index} token={token} definitions={definitions} top={top} />
        ))}
      </div>
    </References.Provider>
  );
}

interface BlockProps {
  token: Token;
  /** Links may refer to definitions that come later. */
  definitions: number;
  top: number;
}

/** A block is drawn again only when it changed: while an answer grows, that is the last one. */
class Block extends Component<BlockProps> {
  override shouldComponentUpdate({ token, definitions, top }: BlockProps): boolean {
    const shown = this.props;
    return token.raw !== shown.token.raw || definitions !== shown.definitions || top !== shown.top;
  }

  override render({ token, top }: BlockProps) {
    return block(token, top);
  }
}

import type { Token } from "marked";
import { Component } from "preact";
import { useMemo } from "preact/hooks";
import { block } from "./blocks";
import { parse, topHeading } from "./parse";
import "./markdown.css";

interface Props {
  source: string;
  /** Whether more is still to come. */
  writing: boolean;
}

/** A Markdown text from a model: drawn as elements, never as HTML, so nothing in it can act. */
export function Markdown({ source, writing }: Props) {
  const tokens = useMemo(() => parse(source), [source]);
  const definitions = tokens.filter(({ type }) => type === "def").length;
  const top = topHeading(tokens);
  return (
    <div class={writing ? "markdown writing" : "markdown"}>
      {tokens.map((token, index) => (
        <Block key={index} token={token} definitions={definitions} top={top} />
      ))}
    </div>
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

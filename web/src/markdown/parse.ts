import { Marked, type Token, type Tokens } from "marked";
import { FORMULAS } from "./math";

const marked = new Marked({ gfm: true, extensions: [] });

// CommonMark leaves **重点：**内容 unread, because it wants a space after the punctuation.
// Chinese has no such spaces, so here two stars around plain words are always bold.
marked.use({
  extensions: [
    ...FORMULAS,
    {
      name: "strong",
      level: "inline",
      tokenizer(source): Tokens.Strong | undefined {
        const [raw, text] = /^\*\*([^\s*`](?:[^*`\n]*[^\s*`])?)\*\*(?!\*)/.exec(source) ?? [];
        if (!raw || !text) return undefined;
        return { type: "strong", raw, text, tokens: this.lexer.inlineTokens(text) };
      },
    },
  ],
});

/** The depth of the highest heading, which every Markdown text chooses for itself; 1 to 6. */
export function topHeading(tokens: readonly Token[]): number {
  return Math.min(6, ...tokens.flatMap((token) => (token.type === "heading" ? [token["depth"] as number] : [])));
}

/** The blocks of a Markdown text. Nothing in it becomes HTML: blocks are drawn one by one. */
export function parse(source: string): Token[] {
  try {
    return marked.lexer(source);
  } catch {
    // Thousands of nested quotes or lists exhaust the parser's stack.
    return [{ type: "code", raw: source, text: source }];
  }
}

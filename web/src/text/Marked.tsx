import { pieces, type Range } from "./words";

interface Props {
  text: string;
  ranges: readonly Range[];
  from?: number;
  to?: number;
}

/** A piece of a text with ranges of it marked. */
export function Marked({ text, ranges, from = 0, to = text.length }: Props) {
  return (
    <>
      {pieces(text, ranges, from, to).map(([piece, marked], index) => (marked ? <mark key={index}>{piece}</mark> : piece))}
    </>
  );
}

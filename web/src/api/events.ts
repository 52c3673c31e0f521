/** Server-sent events. Source: WHATWG HTML, "Parsing an event stream". */

const BLANK_LINE = /(?:\r\n|\n|\r(?!\n)){2}/;
const LINE_END = /\r\n|\n|\r/;

/** The data of each event, however the bytes were cut on their way. */
export async function* eventData(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of bytes) {
    const [events, rest] = split(text + decoder.decode(piece, { stream: true }));
    text = rest;
    yield* events.map(dataOf).filter((data) => data !== null);
  }
}

/** The pieces of a stream; leaving the loop early closes it. (Safari cannot iterate a stream itself.) */
export async function* pieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // A stream that broke refuses to be cancelled, which no longer matters.
    await reader.cancel().catch(() => undefined);
  }
}

function split(text: string): [events: string[], rest: string] {
  const events = text.split(BLANK_LINE);
  const rest = events.pop() ?? "";
  return [events, rest];
}

function dataOf(event: string): string | null {
  const lines = event
    .split(LINE_END)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length).replace(/^ /, ""));
  return lines.length > 0 ? lines.join("\n") : null;
}

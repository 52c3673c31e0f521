import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnswerEvent, read } from "../../src/api/assistant";
import { Failed, refused } from "../../src/api/failure";

const TIMINGS = { prompt_n: 3, prompt_ms: 10, predicted_n: 2, predicted_ms: 20 };

async function* chunks(...items: (object | string)[]): AsyncGenerator<string> {
  for (const item of items) yield typeof item === "string" ? item : JSON.stringify(item);
}

function piece(content: string | null, finish_reason: string | null = null): object {
  return { choices: [{ delta: { content }, finish_reason }] };
}

async function gathered(events: AsyncIterable<AnswerEvent>): Promise<AnswerEvent[]> {
  const all: AnswerEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function cause(expected: string) {
  return (error: unknown) => error instanceof Failed && error.failure.cause === expected;
}

test("an answer is its pieces, then its reason and times", async () => {
  const last = { choices: [], timings: TIMINGS };
  const events = chunks(piece(null), piece("Hel"), piece("lo"), piece(null, "stop"), last, "[DONE]");
  assert.deepEqual(await gathered(read(events)), [
    { kind: "text", text: "Hel" },
    { kind: "text", text: "lo" },
    { kind: "end", reason: "stop", timings: TIMINGS },
  ]);
});

test("an answer that ends without a reason was lost", async () => {
  await assert.rejects(gathered(read(chunks(piece("Hel")))), cause("lost"));
});

test("an error within the stream is told in the server's words", async () => {
  const events = chunks(piece("Hel"), { error: { message: "llama.cpp failed", type: "server_error" } });
  await assert.rejects(gathered(read(events)), /llama\.cpp failed/);
});

test("each refusal has its cause", () => {
  assert.ok(cause("locked")(refused(401, { code: "invalid_api_key" })));
  assert.ok(cause("loading")(refused(503, { type: "unavailable_error", code: "loading" })));
  assert.ok(cause("loading")(refused(503, { type: "unavailable_error", code: 503 })));
  assert.ok(cause("refused")(refused(503, { type: "unavailable_error", code: "busy" })));
  assert.ok(cause("too-long")(refused(400, { code: "context_length_exceeded" })));
  assert.ok(cause("too-long")(refused(400, { type: "exceed_context_size_error", code: 400 })));
  assert.ok(cause("refused")(refused(500, undefined)));
});

test("what was found in the documents comes first, citations as their sentences end", async () => {
  const passage = { document: "doc-1", name: "zoo.pdf" };
  const citation = { start: 0, end: 5, passage: 0 };
  const events = chunks(
    { ...piece(""), sources: [passage] },
    piece("Hello."),
    { choices: [{ delta: {} }], citations: [citation] },
    { ...piece(null, "stop"), citations: [] },
    "[DONE]",
  );
  assert.deepEqual(await gathered(read(events)), [
    { kind: "passages", passages: [passage] },
    { kind: "text", text: "Hello." },
    { kind: "citations", citations: [citation] },
    { kind: "end", reason: "stop", timings: null },
  ]);
});

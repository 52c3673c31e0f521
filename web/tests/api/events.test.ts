import assert from "node:assert/strict";
import { test } from "node:test";
import { eventData, pieces } from "../../src/api/events";

const encoder = new TextEncoder();

async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function dataOf(text: string, size: number): Promise<string[]> {
  const all: string[] = [];
  for await (const data of eventData(cut(text, size))) all.push(data);
  return all;
}

test("events are the same wherever the bytes are cut, even inside a character", async () => {
  const stream = 'data: {"a":"你好🙂"}\n\ndata: second\n\ndata: [DONE]\n\n';
  for (let size = 1; size <= stream.length; size++) {
    assert.deepEqual(await dataOf(stream, size), ['{"a":"你好🙂"}', "second", "[DONE]"]);
  }
});

test("all three line ends are understood", async () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const stream = ["data: one", "", "data: two", "", ""].join(end);
    for (const size of [1, 2, 3, 100]) assert.deepEqual(await dataOf(stream, size), ["one", "two"]);
  }
});

test("an event of several data lines is joined, comments and other fields are left out", async () => {
  const stream = ": a comment\n\nid: 7\nevent: x\ndata: one\ndata:two\n\n";
  assert.deepEqual(await dataOf(stream, 5), ["one\ntwo"]);
});

test("an event without its blank line is not complete", async () => {
  assert.deepEqual(await dataOf("data: one\n\ndata: tw", 4), ["one"]);
});

test("leaving the loop closes the stream", async () => {
  let closed = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(encoder.encode("x")),
    cancel: () => {
      closed = true;
    },
  });
  for await (const _ of pieces(stream)) break;
  assert.ok(closed);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { hasWords, Heard, joined } from "../../src/voice/heard";

test("what was said is put together, and a guess gives way to what is heard at the end", () => {
  const heard = new Heard();
  assert.equal(heard.add({ type: "speech", utterance: 0 }), false);
  assert.equal(heard.add({ type: "partial", utterance: 0, text: "Tell me a both", stable: 7 }), true);
  heard.add({ type: "final", utterance: 0, text: " Tell me about" });
  heard.add({ type: "partial", utterance: 1, text: "zebras." });
  assert.equal(heard.text, "Tell me about zebras.");
});

test("Chinese is put together without spaces, and what is written before it keeps its own", () => {
  assert.equal(joined("你好，", "世界"), "你好，世界");
  assert.equal(joined("Read", "this"), "Read this");
  assert.equal(joined("line\n", "next"), "line\nnext");
  assert.equal(joined("说", "yes"), "说 yes");
  assert.equal(joined("", "yes"), "yes");
});

test("a cough has no words", () => {
  assert.deepEqual(["…", " - ", "好", "7"].map(hasWords), [false, false, true, true]);
});

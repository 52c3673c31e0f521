import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireHeard, WireSpoken } from "../../src/api/voice";
import { after, LISTENING, type Scene, silent } from "../../src/voice/scene";

const SAID: WireSpoken = { type: "audio", sentence: "Yes.", language: "en", audio: "" };

function phases(events: readonly (WireHeard | WireSpoken)[], sounding = false): string[] {
  let scene: Scene = LISTENING;
  return events.map((event) => (scene = after(scene, event, sounding)).phase);
}

test("a question is heard, thought about, answered, and then it listens again", () => {
  const told = phases([
    { type: "speech", utterance: 0 },
    { type: "partial", utterance: 0, text: "Tell" },
    { type: "final", utterance: 0, text: "Tell me." },
    { type: "text", delta: "Yes." },
    SAID,
    { type: "done", text: "Yes." },
  ]);
  assert.deepEqual(told, ["hearing", "hearing", "thinking", "answering", "answering", "listening"]);
});

test("it listens again only when the last sentence was said", () => {
  const scene: Scene = { phase: "answering", heard: "a", answer: "b" };
  assert.equal(after(scene, { type: "done" }, true).phase, "answering");
  assert.equal(silent(scene, false).phase, "answering");
  assert.equal(silent(scene, true).phase, "listening");
});

test("who interrupts is heard, and a cough is not", () => {
  const answering: Scene = { phase: "answering", heard: "a", answer: "b" };
  assert.equal(after(answering, { type: "speech", utterance: 1 }, true), answering);
  assert.equal(after(answering, { type: "partial", utterance: 1, text: "…" }, true), answering);
  const heard = after(answering, { type: "partial", utterance: 1, text: "No" }, true);
  assert.deepEqual(heard, { phase: "hearing", heard: "No", answer: "b" });
  assert.equal(after(heard, { type: "interrupted" }, false).phase, "hearing");
  assert.deepEqual(after(heard, { type: "final", utterance: 1, text: "No!" }, false), { phase: "thinking", heard: "No!", answer: "" });
});

test("an utterance without words ends without an answer", () => {
  assert.deepEqual(phases([{ type: "speech", utterance: 0 }, { type: "final", utterance: 0, text: "" }]), ["hearing", "listening"]);
});

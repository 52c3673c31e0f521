import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireMessage } from "../../src/api/wire";
import { leafUnder, turnsOf } from "../../src/chat/tree";

function said(id: string, parent: string | null): WireMessage {
  return { id, parent, role: id.startsWith("q") ? "user" : "assistant", text: id, created: 0, state: "done" };
}

const TREE = [said("q1", null), said("a1", "q1"), said("q2", "a1"), said("a2", "q1"), said("q3", "a2"), said("a3", "q3"), said("q4", null)];

test("one branch is shown, and what else stands in each place is known", () => {
  const turns = turnsOf(TREE, "a3");
  assert.deepEqual(turns.map(({ question, answer }) => [question?.id, answer?.id]), [["q1", "a2"], ["q3", "a3"]]);
  assert.deepEqual(turns[0]?.questions, ["q1", "q4"]);
  assert.deepEqual(turns[0]?.answers, ["a1", "a2"]);
});

test("a question without an answer, and an answer without a question, are turns", () => {
  assert.deepEqual(turnsOf(TREE, "q2").map(({ answer }) => answer?.id), ["a1", undefined]);
  assert.deepEqual(turnsOf([said("a", null)], "a").map(({ question, answer }) => [question, answer?.id]), [[null, "a"]]);
});

test("a tree that leads back to itself, or to nowhere, ends", () => {
  assert.equal(turnsOf([said("q", "a"), said("a", "q")], "a").length, 1);
  assert.deepEqual(turnsOf(TREE, "missing"), []);
});

test("of a branch the newest end is shown", () => {
  assert.equal(leafUnder(TREE, "q1"), "a3");
  assert.equal(leafUnder(TREE, "a1"), "q2");
});

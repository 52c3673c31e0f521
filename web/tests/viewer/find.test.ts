import assert from "node:assert/strict";
import { test } from "node:test";
import { found } from "../../src/viewer/pdf/find";

function marked(pieces: readonly string[], passage: string): string[] {
  return found(pieces, passage).flatMap((ranges, piece) => ranges.map(([start, end]) => pieces[piece]?.slice(start, end) ?? ""));
}

test("a passage is found across pieces, whatever its spaces, hyphens and ligatures", () => {
  const page = ["The retriever can be eval-", "uated in isola", "tion on ﬁrst results", ", they say."];
  const passage = "can be evaluated in\nisolation on first results";
  assert.deepEqual(marked(page, passage), ["can be eval", "uated in isola", "tion on ﬁrst results"]);
});

test("a passage is found in parts where the columns stand in another order", () => {
  const page = ["second half of the passage is here", "something else entirely", "the first half of the passage"];
  const passage = "the first half of the passage second half of the passage is here";
  assert.deepEqual(marked(page, passage), [page[0], page[2]]);
});

test("Chinese is found by fewer characters than English", () => {
  assert.deepEqual(marked(["租赁期限为", "两年，自三月起"], "租赁期限为两年"), ["租赁期限为", "两年"]);
});

test("where a page does not have the passage, nothing is marked", () => {
  assert.deepEqual(marked(["Another page altogether"], "can be evaluated in isolation"), []);
  assert.deepEqual(marked([], "text"), []);
  assert.deepEqual(marked(["text"], ""), []);
});

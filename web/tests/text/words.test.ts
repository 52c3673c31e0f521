import assert from "node:assert/strict";
import { test } from "node:test";
import { bestPiece, pieces, Words } from "../../src/text/words";

function marked(question: string, text: string): string {
  return pieces(text, new Words(question).in(text))
    .map(([piece, isMarked]) => (isMarked ? `[${piece}]` : piece))
    .join("");
}

test("the words of a question are found whatever their ending, common words are not", () => {
  assert.equal(marked("What do the zebras eat?", "A zebra eats. The ZEBRAS!"), "A [zebra] eats. The [ZEBRAS]!");
  assert.equal(marked("contracts signed", "The contract was signed in May"), "The [contract] was [signed] in May");
  assert.equal(marked("eat", "eat beat eats"), "[eat] beat eats");
});

test("Chinese is found by pairs of characters, joined where they touch", () => {
  assert.equal(marked("押金是多少", "两个月的押金，押运。"), "两个月的[押金]，押运。");
  assert.equal(marked("租赁期限多长", "第二条 租赁期限为两年"), "第二条 [租赁期限]为两年");
});

test("a text without the words stays as it is", () => {
  assert.deepEqual(pieces("nothing here", new Words("zebra").in("nothing here")), [["nothing here", false]]);
  assert.deepEqual(new Words("").in("text"), []);
});

test("the piece with the most of the words is shown", () => {
  const text = `${"filler words ".repeat(30)}zebras eat grass ${"more filler ".repeat(30)}`;
  const [from, to] = bestPiece(text, new Words("zebras grass").in(text), 80);
  assert.match(text.slice(from, to), /zebras eat grass/);
  assert.ok(to - from <= 120);
  assert.deepEqual(bestPiece("short", [], 80), [0, 5]);
});

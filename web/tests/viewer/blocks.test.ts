import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf, overlap, reflowed } from "../../src/viewer/blocks";

const TABLE = "Cups\n\n| Team | Won |\n| --- | --- |\n| Blues | 1 |\n| a \\| b |  |\n\nThe end.";

test("a table is a table, with every cell where it stands in the text", () => {
  const [before, table, after] = blocksOf(TABLE);
  assert.equal(before?.kind === "text" && TABLE.slice(...before.range), "Cups\n\n");
  assert.deepEqual(
    table?.kind === "table" && table.rows.map((row) => row.map((range) => TABLE.slice(...range).trim())),
    [["Team", "Won"], ["Blues", "1"], ["a \\| b", ""]],
  );
  assert.equal(after?.kind === "text" && TABLE.slice(...after.range), "\nThe end.");
});

test("lines that were broken for paper flow, all others stay, and no place moves", () => {
  const text =
    "It was a long line of prose that was broken\u0020for paper\nand goes on here.\n\nShort line\nanother\n" +
    "A list that has rather long items in it, is it not:\n1. First of them";
  const flowing = reflowed(text);
  assert.equal(flowing.length, text.length);
  assert.match(flowing, /for paper and goes on here\.\n\nShort line\nanother\n/);
  assert.match(flowing, /not:\n1\. First/);
});

test("a passage is marked where it overlaps a block", () => {
  assert.deepEqual(overlap([3, 9], [5, 20]), [[5, 9]]);
  assert.deepEqual(overlap([3, 5], [5, 20]), []);
  assert.deepEqual(overlap(null, [5, 20]), []);
});

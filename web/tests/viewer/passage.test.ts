import assert from "node:assert/strict";
import { test } from "node:test";
import { pagesOf } from "../../src/viewer/passage";

test("a passage over two pages is marked on both", () => {
  const text = "first page. second page.";
  const found = pagesOf({ text, pages: [[0, 1], [12, 2]] }, [6, 18]);
  assert.deepEqual(found.map(({ page, text, passage }) => [page, passage && text.slice(...passage)]), [
    [1, "page. "],
    [2, "second"],
  ]);
});

test("places are counted in characters, as the server counts", () => {
  const found = pagesOf({ text: "🦓🦓a 🦓b", pages: [[0, 1], [4, 2]] }, [4, 6]);
  assert.deepEqual(found.map(({ text, passage }) => [text, passage && text.slice(...passage)]), [
    ["🦓🦓a ", null],
    ["🦓b", "🦓b"],
  ]);
});

test("a text without pages is cut at line ends, and nothing is lost", () => {
  const text = "A line of a text without pages.\n".repeat(1000);
  const found = pagesOf({ text, pages: [] }, null);
  assert.ok(found.length > 4);
  assert.equal(found.map((page) => page.text).join(""), text);
  assert.ok(found.every(({ page }) => page === null));
});

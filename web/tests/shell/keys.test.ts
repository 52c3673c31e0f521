import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf } from "../../src/shell/keys";

const PLAIN = { key: "?", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

test("letters are letters in a field, and commands only with Ctrl and Shift", () => {
  assert.equal(commandOf({ ...PLAIN, shiftKey: true }, false), "help");
  assert.equal(commandOf({ ...PLAIN, shiftKey: true }, true), null);
  assert.equal(commandOf({ ...PLAIN, key: "/" }, false), "field");
  assert.equal(commandOf({ ...PLAIN, key: "O", ctrlKey: true, shiftKey: true }, true), "new");
  assert.equal(commandOf({ ...PLAIN, key: "o", metaKey: true, shiftKey: true }, true), "new");
  assert.equal(commandOf({ ...PLAIN, key: "o", ctrlKey: true }, true), null);
  assert.equal(commandOf({ ...PLAIN, key: "q", ctrlKey: true, shiftKey: true }, true), null);
});

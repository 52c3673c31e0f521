import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningOf, type Press } from "../../src/composer/keys";

const ENTER: Press = { key: "Enter", shiftKey: false, altKey: false, isComposing: false, keyCode: 13 };

test("Enter sends, with Shift or Alt it begins a line", () => {
  assert.equal(meaningOf(ENTER), "send");
  assert.equal(meaningOf({ ...ENTER, shiftKey: true }), "write");
  assert.equal(meaningOf({ ...ENTER, altKey: true }), "write");
  assert.equal(meaningOf({ ...ENTER, key: "a", keyCode: 65 }), "write");
});

test("Enter that ends a composition does not send, in Safari's order of events either", () => {
  assert.equal(meaningOf({ ...ENTER, isComposing: true }), "write");
  assert.equal(meaningOf({ ...ENTER, keyCode: 229 }), "write");
});

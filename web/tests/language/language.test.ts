import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../src/language/en";
import { preferred } from "../../src/language/language";
import { zh } from "../../src/language/zh";

test("both languages have the same messages, none of them empty", () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const [name, message] of Object.entries(zh)) {
    assert.equal(typeof message, typeof en[name as keyof typeof en], name);
    assert.notEqual(message.length, 0, name);
  }
  assert.equal(zh.examples.length, en.examples.length);
});

test("Chinese messages are in Chinese, English ones are not", () => {
  const filled = (message: unknown) =>
    typeof message === "function" ? message("1", "2") : String(message);
  for (const message of Object.values(zh)) assert.match(filled(message), /[\u4e00-\u9fff]/);
  for (const message of Object.values(en)) assert.doesNotMatch(filled(message), /[\u4e00-\u9fff]/);
});

test("the language is the one chosen before, else the browser's first that we have", () => {
  assert.equal(preferred("zh", ["en-US"]), "zh");
  assert.equal(preferred(null, ["de-DE", "zh-TW", "en"]), "zh");
  assert.equal(preferred(null, ["en-GB", "zh-CN"]), "en");
  assert.equal(preferred("xx", ["fr"]), "en");
});

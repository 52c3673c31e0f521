import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../src/language/en";
import { preferred } from "../../src/language/language";
import { zh } from "../../src/language/zh";

/** Every message with its name; those that have several in them, one by one. */
function messagesIn(value: unknown, name = ""): [string, string][] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => messagesIn(each, `${name}.${key}`));
  }
  return [[name, typeof value === "function" ? (value as (...values: string[]) => string)("1", "2", "3") : String(value)]];
}

test("both languages have the same messages, none of them empty", () => {
  assert.deepEqual(messagesIn(zh).map(([name]) => name).sort(), messagesIn(en).map(([name]) => name).sort());
  for (const [name, message] of [...messagesIn(zh), ...messagesIn(en)]) assert.notEqual(message, "", name);
});

test("Chinese messages are in Chinese, English ones are not", () => {
  const english = new Map(messagesIn(en));
  for (const [name, message] of messagesIn(zh)) {
    if (!/^(?:Top|Min) [KP]$/.test(message)) assert.match(message, /[\u4e00-\u9fff]/, name);
  }
  for (const [name, message] of english) assert.doesNotMatch(message, /[\u4e00-\u9fff]/, name);
});

test("the language is the one chosen before, else the browser's first that we have", () => {
  assert.equal(preferred("zh", ["en-US"]), "zh");
  assert.equal(preferred(null, ["de-DE", "zh-TW", "en"]), "zh");
  assert.equal(preferred(null, ["en-GB", "zh-CN"]), "en");
  assert.equal(preferred("xx", ["fr"]), "en");
});

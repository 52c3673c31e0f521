import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireConversation } from "../../src/api/wire";
import { ageOf, grouped } from "../../src/history/groups";

const NOON = new Date(2026, 10, 24, 12).getTime();
const HOUR = 3_600_000;

function kept(id: string, more: Partial<WireConversation> = {}): WireConversation {
  return { id, title: id, folder: "", pinned: false, created: 0, changed: NOON / 1000, leaf: "a", ...more };
}

test("days begin at midnight", () => {
  const ages = [1, 13, 37, 24 * 5, 24 * 20, 24 * 90].map((hours) => ageOf(NOON - hours * HOUR, NOON));
  assert.deepEqual(ages, ["today", "yesterday", "week", "week", "month", "older"]);
});

test("pinned ones come first, then folders, then the rest by age", () => {
  const list = [kept("a"), kept("b", { folder: "Work" }), kept("c", { pinned: true, folder: "Work" }), kept("d", { folder: "Animals" })];
  const shown = grouped(list, NOON).map(({ kind, name, conversations }) => [kind, name, ...conversations.map(({ id }) => id)]);
  assert.deepEqual(shown, [["pinned", "", "c"], ["folder", "Animals", "d"], ["folder", "Work", "b"], ["today", "", "a"]]);
});

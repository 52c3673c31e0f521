import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL, existing, filterOf, type Scope, scopeOf, toggled } from "../../src/documents/scope";

test("a scope is sent as the filter that the server knows", () => {
  assert.deepEqual(filterOf(ALL), {});
  assert.deepEqual(filterOf({ kind: "collection", name: "Contracts" }), { collections: ["Contracts"] });
  assert.deepEqual(filterOf({ kind: "tag", name: "2025" }), { tags: ["2025"] });
  assert.deepEqual(filterOf({ kind: "documents", ids: ["a", "b"] }), { docs_ids: ["a", "b"] });
});

test("documents are added and taken away one by one, the last one leaves all", () => {
  const one = toggled({ kind: "tag", name: "x" }, "a");
  const two = toggled(one, "b");
  assert.deepEqual(two, { kind: "documents", ids: ["a", "b"] });
  assert.deepEqual(toggled(toggled(two, "a"), "b"), ALL);
});

test("what was deleted is not looked into", () => {
  const both: Scope = { kind: "documents", ids: ["a", "gone"] };
  assert.deepEqual(existing(both, new Set(["a"]), [], []), { kind: "documents", ids: ["a"] });
  assert.deepEqual(existing({ kind: "documents", ids: ["gone"] }, new Set(["a"]), [], []), ALL);
  assert.deepEqual(existing({ kind: "collection", name: "x" }, new Set(), ["y"], []), ALL);
  assert.deepEqual(existing({ kind: "tag", name: "y" }, new Set(), [], ["y"]), { kind: "tag", name: "y" });
});

test("a filter that comes back from the server is the scope again", () => {
  for (const scope of [ALL, { kind: "collection", name: "c" }, { kind: "tag", name: "x" }, { kind: "documents", ids: ["a"] }] as Scope[]) {
    assert.deepEqual(scopeOf({ docs_ids: null, collections: null, tags: null, ...filterOf(scope) }), scope);
  }
});

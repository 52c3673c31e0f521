import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf, type Route, routeOf } from "../../src/browser/route";

const NOTHING: Route = { view: "chat", conversation: null, open: null };

test("an address leads back to where it was made", () => {
  const routes: Route[] = [
    NOTHING,
    { view: "settings", conversation: null, open: null },
    { view: "documents", conversation: "conversation_1", open: null },
    { view: "chat", conversation: "conversation_1", open: { document: "doc-1 ?&", page: null, passage: null } },
    { view: "documents", conversation: null, open: { document: "doc-1", page: 12, passage: [0, 47] } },
  ];
  for (const route of routes) assert.deepEqual(routeOf(hashOf(route)), route);
});

test("what cannot be read is the chat, or the document without its place", () => {
  for (const hash of ["", "#", "#elsewhere", "#chat?page=3"]) assert.deepEqual(routeOf(hash), NOTHING);
  const { open } = routeOf("#chat?document=a&page=-1&from=2&to=x");
  assert.deepEqual(open, { document: "a", page: null, passage: null });
});

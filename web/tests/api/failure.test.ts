import assert from "node:assert/strict";
import { test } from "node:test";
import { refused } from "../../src/api/failure";

test("each refusal has its cause", () => {
  const causes = [
    refused(401, { code: "invalid_api_key" }),
    refused(503, { type: "unavailable_error", code: "loading" }),
    refused(503, { type: "unavailable_error", code: 503 }),
    refused(503, { type: "unavailable_error", code: "busy" }),
    refused(400, { code: "context_length_exceeded" }),
    refused(400, { type: "exceed_context_size_error", code: 400 }),
    refused(403, { code: "profile_locked" }),
    refused(404, { code: "not_found" }),
    refused(500, undefined),
  ].map(({ failure }) => failure.cause);
  assert.deepEqual(causes, [
    ...["locked", "loading", "loading", "refused", "too-long", "too-long", "pin", "missing", "refused"],
  ]);
});

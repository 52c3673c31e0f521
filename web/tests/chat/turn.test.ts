import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, asked, isOpen, messages, reopened, restored } from "../../src/chat/turn";

const ONE = answered(asked([], "1", "first"), { state: "done", text: "answer" });

test("the model reads every answered turn and the open question", () => {
  assert.deepEqual(messages(asked(ONE, "2", "second")), [
    { role: "user", content: "first" },
    { role: "assistant", content: "answer" },
    { role: "user", content: "second" },
  ]);
});

test("a question that was never answered is left out, so that roles alternate", () => {
  const failed = answered(asked(ONE, "2", "second"), { state: "failed" });
  const roles = messages(asked(failed, "3", "third")).map(({ content }) => content);
  assert.deepEqual(roles, ["first", "answer", "third"]);
});

test("asking again hides the old answer from the model and from the reader", () => {
  const again = reopened(ONE);
  assert.deepEqual(messages(again), [{ role: "user", content: "first" }]);
  assert.deepEqual(again[0]?.answer, { state: "waiting", text: "" });
});

test("an answer that a reload broke off counts as stopped", () => {
  const writing = answered(asked([], "1", "first"), { state: "writing", text: "ans" });
  const back = restored(JSON.stringify(writing));
  assert.equal(isOpen(back), false);
  assert.deepEqual(back[0]?.answer, { state: "stopped", text: "ans" });
});

test("what was kept by accident is no conversation", () => {
  assert.deepEqual(restored("{broken"), []);
  assert.deepEqual(restored('{"a":1}'), []);
  assert.deepEqual(restored(null), []);
});

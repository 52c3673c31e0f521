import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnswerEvent } from "../../src/api/assistant";
import { type Failure, gone } from "../../src/api/failure";
import type { WireCitation, WirePassage } from "../../src/api/wire";
import { type Answering, Conversation } from "../../src/chat/conversation";

const END: AnswerEvent = { kind: "end", reason: "stop", timings: null };

function saying(...texts: string[]): Answering {
  return async function* () {
    for (const text of texts) yield { kind: "text", text };
    yield END;
  };
}

/** Writes one piece and then waits to be stopped. */
const endless: Answering = async function* (_, __, signal) {
  yield { kind: "text", text: "on and on" };
  await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
};

function last(conversation: Conversation) {
  return conversation.turns.value.at(-1)?.answer;
}

async function written(conversation: Conversation): Promise<void> {
  while (last(conversation)?.state !== "writing") await new Promise((done) => setTimeout(done, 5));
}

test("an answer is written piece by piece until it is done", async () => {
  const conversation = new Conversation(saying("Hel", "lo"));
  const asking = conversation.ask("hi");
  assert.equal(conversation.answering.value, true);
  await asking;
  assert.deepEqual(last(conversation), { state: "done", text: "Hello" });
});

test("stopping keeps what was written", async () => {
  const conversation = new Conversation(endless);
  const asking = conversation.ask("hi");
  await written(conversation);
  conversation.stop();
  await asking;
  assert.deepEqual(last(conversation), { state: "stopped", text: "on and on" });
});

test("a failure is shown with the answer and told to the connection", async () => {
  const told: Failure[] = [];
  const failing: Answering = async function* () {
    yield { kind: "text", text: "Hel" };
    throw gone();
  };
  const conversation = new Conversation(failing, (failure) => told.push(failure));
  await conversation.ask("hi");
  assert.equal(last(conversation)?.state, "failed");
  assert.equal(last(conversation)?.text, "Hel");
  assert.deepEqual(told.map(({ cause }) => cause), ["gone"]);
});

test("asking again replaces the answer, failure included", async () => {
  let first = true;
  const conversation = new Conversation(async function* () {
    if (first) {
      first = false;
      throw gone();
    }
    yield* saying("better")([], null, new AbortController().signal);
  });
  await conversation.ask("hi");
  await conversation.again();
  assert.deepEqual(conversation.turns.value.map(({ answer }) => answer), [{ state: "done", text: "better" }]);
});

test("a new chat stops the answer, which can be come back to", async () => {
  const conversation = new Conversation(endless);
  const asking = conversation.ask("hi");
  await written(conversation);
  conversation.startNew();
  await asking;
  assert.deepEqual(conversation.turns.value, []);
  conversation.goBack();
  assert.deepEqual(last(conversation), { state: "stopped", text: "on and on" });
});

test("a length limit is told apart from a finished answer", async () => {
  const conversation = new Conversation(async function* () {
    yield { kind: "text", text: "and then" };
    yield { kind: "end", reason: "length", timings: null };
  });
  await conversation.ask("hi");
  assert.equal(last(conversation)?.state, "cut");
});

const PASSAGE: WirePassage = {
  document: "doc-1",
  name: "zoo.pdf",
  text: "Zebras eat grass.",
  path: [],
  first_page: 3,
  last_page: 3,
  start: 10,
  end: 27,
};
const CITATION: WireCitation = {
  start: 0,
  end: 17,
  passage: 0,
  document: "doc-1",
  name: "zoo.pdf",
  page: 3,
  source_start: 10,
  source_end: 27,
};

test("passages are there before the answer, citations are gathered while it is written", async () => {
  const seen: string[] = [];
  const conversation = new Conversation(async function* () {
    yield { kind: "passages", passages: [PASSAGE] };
    seen.push(`${last(conversation)?.state} ${last(conversation)?.passages?.length}`);
    yield { kind: "text", text: "Zebras eat grass. They run." };
    yield { kind: "citations", citations: [CITATION] };
    yield { kind: "citations", citations: [{ ...CITATION, start: 18, end: 27 }] };
    yield END;
  });
  await conversation.ask("What do zebras eat?", {});
  assert.deepEqual(seen, ["waiting 1"]);
  assert.deepEqual(last(conversation)?.citations?.map(({ end }) => end), [17, 27]);
});

test("another answer looks into the same documents as the first", async () => {
  const filters: unknown[] = [];
  const conversation = new Conversation(async function* (_, filter) {
    filters.push(filter);
    yield END;
  });
  await conversation.ask("hi", { tags: ["zoo"] });
  await conversation.again();
  await conversation.ask("and without");
  assert.deepEqual(filters, [{ tags: ["zoo"] }, { tags: ["zoo"] }, null]);
});

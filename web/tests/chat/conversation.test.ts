import assert from "node:assert/strict";
import { test } from "node:test";
import type { Manner, Wish } from "../../src/api/conversations";
import { Failed, type Failure, gone } from "../../src/api/failure";
import type { WireEvent, WireFilter, WireMessage, WireWhole } from "../../src/api/wire";
import { Conversation, type Service } from "../../src/chat/conversation";

const PLAIN: Manner = { system: "", options: {} };

function said(id: string, parent: string | null, text: string, state: WireMessage["state"] = "done"): WireMessage {
  return { id, parent, role: id.startsWith("q") ? "user" : "assistant", text, created: 0, state };
}

/** A server that gives these events, and remembers what was asked of it. */
class Server implements Service {
  readonly wishes: Wish[] = [];
  readonly offsets: number[] = [];
  stored: WireWhole = { id: "c", title: "", folder: "", pinned: false, created: 0, changed: 0, leaf: null, messages: [] };

  constructor(private readonly pieces: (() => AsyncIterable<WireEvent>)[] = []) {}

  async begun() {
    return this.stored;
  }
  async whole() {
    return this.stored;
  }
  async change() {}
  async stop() {}

  async answer(_: string, wish: Wish) {
    this.wishes.push(wish);
    const number = this.wishes.length;
    if ("continues" in wish) return { title: "t", messages: [{ ...said(wish.continues, "q1", "half ", "writing"), events: 0 }] };
    const parent = "again" in wish ? wish.again : `q${number}`;
    const answer = { ...said(`a${number}`, parent, "", "writing"), events: 0 };
    return { title: "t", messages: "text" in wish ? [said(parent, wish.parent, wish.text), answer] : [answer] };
  }

  async *events(_id: string, _message: string, from: number) {
    this.offsets.push(from);
    yield* this.pieces.shift()?.() ?? [];
  }
}

function giving(...events: WireEvent[]): () => AsyncIterable<WireEvent> {
  return async function* () {
    yield* events;
  };
}

function texts(conversation: Conversation) {
  return conversation.turns.value.map(({ question, answer }) => [question?.text, answer?.text, answer?.state]);
}

test("a question is shown at once, and its answer as it is written", async () => {
  const server = new Server([giving({ text: "Hel" }, { text: "lo" }, { message: said("a1", "q1", "Hello") })]);
  const conversation = new Conversation(server, () => PLAIN);
  const asking = conversation.ask("hi");
  assert.deepEqual(texts(conversation), [["hi", "", "writing"]]);
  assert.equal(conversation.answering.value, true);
  await asking;
  assert.deepEqual(texts(conversation), [["hi", "Hello", "done"]]);
  assert.equal(conversation.id.value, "c");
});

test("a connection that breaks is made anew from where it was", async () => {
  const broken = async function* (): AsyncGenerator<WireEvent> {
    yield { text: "Hel" };
    throw gone();
  };
  const server = new Server([broken, giving({ text: "lo" }, { message: said("a1", "q1", "Hello") })]);
  const told: Failure[] = [];
  const conversation = new Conversation(server, () => PLAIN, { failed: (failure) => told.push(failure), changed: () => undefined });
  await conversation.ask("hi");
  assert.deepEqual(server.offsets, [0, 1]);
  assert.deepEqual(told.map(({ cause }) => cause), ["gone"]);
  assert.deepEqual(texts(conversation), [["hi", "Hello", "done"]]);
});

test("what is refused can be tried again or taken back", async () => {
  const server = new Server([giving({ message: said("a1", "q1", "Hello") })]);
  const failing = Object.assign(Object.create(server), {
    answer: async () => {
      throw new Failed({ cause: "refused", message: "No.", status: 400 });
    },
  }) as Service;
  let service: Service = failing;
  const conversation = new Conversation(new Proxy({} as Service, { get: (_, name) => Reflect.get(service, name).bind(service) }), () => PLAIN);
  await conversation.ask("hi", [{ kind: "text", name: "n", text: "t" }]);
  assert.equal(conversation.refusal.value?.message, "No.");
  assert.deepEqual(texts(conversation), [["hi", "", "failed"]]);
  assert.deepEqual(conversation.takeBack().attachments.length, 1);
  assert.deepEqual(texts(conversation), []);
  await conversation.ask("hi");
  service = server;
  await conversation.retry();
  assert.deepEqual(texts(conversation), [["hi", "Hello", "done"]]);
  assert.equal(conversation.refusal.value, null);
});

test("another answer, and another question, are branches beside the old ones", async () => {
  const server = new Server([
    giving({ message: said("a1", "q1", "one") }),
    giving({ message: said("a2", "q1", "two") }),
    giving({ message: said("a3", "q3", "three") }),
  ]);
  const conversation = new Conversation(server, () => PLAIN);
  await conversation.ask("hi");
  const question = conversation.turns.value[0]?.question;
  assert.ok(question);
  await conversation.again(question);
  assert.deepEqual(conversation.turns.value[0]?.answers, ["a1", "a2"]);
  await conversation.askInstead(question, "hello");
  assert.deepEqual(texts(conversation), [["hello", "three", "done"]]);
  conversation.show("q1");
  assert.deepEqual(texts(conversation), [["hi", "two", "done"]]);
  conversation.show("a1");
  assert.deepEqual(texts(conversation), [["hi", "one", "done"]]);
});

test("an answer that stopped goes on where it was", async () => {
  const server = new Server([
    giving({ message: said("a1", "q1", "half ", "stopped") }),
    giving({ text: "done" }, { message: said("a1", "q1", "half done") }),
  ]);
  const conversation = new Conversation(server, () => PLAIN);
  await conversation.ask("hi");
  const answer = conversation.turns.value[0]?.answer;
  assert.ok(answer);
  await conversation.goOn(answer);
  assert.deepEqual(texts(conversation), [["hi", "half done", "done"]]);
  assert.deepEqual(server.wishes[1], { continues: "a1" });
});

test("an answer that is being written elsewhere is followed from where it is", async () => {
  const server = new Server([giving({ text: " there" }, { message: said("a1", "q1", "Hello there") })]);
  server.stored = { ...server.stored, leaf: "a1", messages: [said("q1", null, "hi"), { ...said("a1", "q1", "Hello", "writing"), events: 7 }] };
  const conversation = new Conversation(server, () => PLAIN);
  await conversation.open("c");
  await new Promise((done) => setTimeout(done, 60));
  assert.deepEqual(server.offsets, [7]);
  assert.deepEqual(texts(conversation), [["hi", "Hello there", "done"]]);
});

test("what it looks into is kept with it, and found again where it is opened", async () => {
  const server = new Server([giving({ message: said("a1", "q1", "one") })]);
  const changes: unknown[] = [];
  let usual: WireFilter | null = null;
  const looking = { read: () => usual, keep: (filter: WireFilter | null) => (usual = filter), present: (filter: WireFilter | null) => filter };
  const service = Object.assign(Object.create(server), { change: async (_: string, change: unknown) => changes.push(change) }) as Service;
  const conversation = new Conversation(service, () => PLAIN, undefined, looking);
  conversation.lookInto({ tags: ["zoo"] });
  assert.deepEqual(changes, []);
  await conversation.ask("hi");
  assert.deepEqual((server.wishes[0] as { filter: unknown }).filter, { tags: ["zoo"] });
  conversation.lookInto(null);
  assert.deepEqual(changes, [{ filter: null }]);
  server.stored = { ...server.stored, filter: { docs_ids: ["d"] } };
  await conversation.open("c");
  assert.deepEqual(conversation.filter.value, { docs_ids: ["d"] });
  conversation.startNew();
  assert.equal(conversation.filter.value, null);
});

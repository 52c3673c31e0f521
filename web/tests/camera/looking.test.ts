import assert from "node:assert/strict";
import { test } from "node:test";
import { Looking, type Service } from "../../src/camera/looking";
import { lost } from "../../src/api/failure";

const PICTURE = new Blob();

/** Sees the texts one after the other, and tells what was looked up. */
function scripted(texts: readonly string[], { documents = true, sees = false } = {}) {
  const left = [...texts];
  const lookedUp: string[] = [];
  let last = "";
  const service: Service = {
    read: async () => {
      const text = left.shift();
      if (text === undefined) throw lost();
      last = text;
      return { text, width: 1, height: 1, lines: [] };
    },
    lookUp: async () => {
      lookedUp.push(last);
      return { query: last, data: [], waiting: 0 };
    },
  };
  return { looking: new Looking(service, () => documents, () => sees), lookedUp };
}

test("the same words again are not looked up again, however they were cut", async () => {
  const { looking, lookedUp } = scripted(["Closed on Mondays", "Closed\non Mondays.", "Open"]);
  for (let count = 0; count < 3; count++) await looking.look(PICTURE);
  assert.deepEqual(lookedUp, ["Closed on Mondays", "Open"]);
  assert.equal(looking.found.value?.query, "Open");
});

test("what has no words is looked up only where the model sees", async () => {
  const blind = scripted(["Open now", "OK"]);
  await blind.looking.look(PICTURE);
  await blind.looking.look(PICTURE);
  assert.equal(blind.looking.found.value, null);
  const seeing = scripted(["OK"], { sees: true });
  await seeing.looking.look(PICTURE);
  assert.deepEqual(seeing.lookedUp, ["OK"]);
});

test("without documents nothing is looked up", async () => {
  const { looking, lookedUp } = scripted(["Closed on Mondays"], { documents: false });
  await looking.look(PICTURE);
  assert.deepEqual(lookedUp, []);
  assert.equal(looking.seen.value?.text, "Closed on Mondays");
});

test("a failure is told until something is seen again", async () => {
  const { looking } = scripted([]);
  await looking.look(PICTURE);
  assert.equal(looking.failure.value?.cause, "lost");
  assert.equal(looking.busy.value, false);
});

test("what was overtaken says nothing any more", async () => {
  const { looking } = scripted(["first", "second"]);
  await Promise.all([looking.look(PICTURE), looking.look(PICTURE)]);
  assert.equal(looking.seen.value?.text, "second");
  assert.equal(looking.busy.value, false);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Failed } from "../../src/api/failure";
import type { WireDocument, WireJob } from "../../src/api/wire";
import { Library, type Service } from "../../src/documents/library";
import { tagsIn } from "../../src/documents/LabelFields";

const JOB: WireJob = {
  id: "job-1",
  name: "zoo.pdf",
  source: "upload:zoo.pdf",
  state: "reading",
  page: 1,
  pages: 4,
  share: 0.1,
  left_s: null,
  document: null,
  problem: null,
};
const DOCUMENT: WireDocument = {
  id: "doc-1",
  name: "zoo.pdf",
  source: "upload:zoo.pdf",
  format: "pdf",
  bytes: 1000,
  pages: 4,
  ocr_pages: 0,
  characters: 900,
  created: 0,
  collections: [{ id: "vs_1", name: "Animals" }],
  tags: ["2025"],
  state: "ready",
  summary: "4 pages.",
  problems: [],
};

/** A server whose lists a test changes as it likes. */
class Shelf {
  documents: WireDocument[] = [];
  jobs: WireJob[] = [];
  listings = 0;
  refuses = false;

  service(): Service {
    const known: Partial<Service> = {
      listed: async () => {
        this.listings += 1;
        return this.documents;
      },
      jobs: async () => this.jobs,
      job: async (id) => ({ ...JOB, id, state: "failed", problem: "It is damaged." }),
      cancel: async () => void (this.jobs = []),
      remove: async () => {
        if (this.refuses) throw new Failed({ cause: "refused", message: "no", status: 500 });
        this.documents = [];
      },
      send: async () => (this.jobs = [JOB]),
    };
    return known as Service;
  }
}

async function opened(shelf: Shelf): Promise<Library> {
  const library = new Library(shelf.service());
  await library.open("some");
  return library;
}

async function closed(library: Library, shelf: Shelf): Promise<void> {
  shelf.jobs = [];
  for (const job of library.jobs.value) library.dismiss(job);
  await library.refresh();
}

test("a file that is sent becomes a job, and the job a document", async () => {
  const shelf = new Shelf();
  const library = await opened(shelf);
  await library.send([{ path: "zoo.pdf", file: { name: "zoo.pdf" } as File }]);
  assert.equal(library.sending.value.length, 0);
  assert.deepEqual(library.jobs.value, [JOB]);
  shelf.jobs = [{ ...JOB, state: "done", document: "doc-1" }];
  shelf.documents = [DOCUMENT];
  await library.refresh();
  assert.deepEqual(library.jobs.value, []);
  assert.deepEqual(library.documents.value, [DOCUMENT]);
  assert.deepEqual(library.collections.value, [["Animals", 1]]);
  assert.deepEqual(library.tags.value, [["2025", 1]]);
});

test("a long list of documents is not read again and again while one is being read", async () => {
  const shelf = new Shelf();
  shelf.jobs = [JOB];
  const library = await opened(shelf);
  await library.refresh();
  await library.refresh();
  assert.equal(shelf.listings, 1);
  shelf.jobs = [{ ...JOB, state: "embedding", document: "doc-1" }];
  await library.refresh();
  assert.equal(shelf.listings, 2);
  await closed(library, shelf);
});

test("what failed is told until one puts it away, even if the server lists it no longer", async () => {
  const shelf = new Shelf();
  shelf.jobs = [JOB];
  const library = await opened(shelf);
  shelf.jobs = [];
  await library.refresh();
  assert.deepEqual(library.jobs.value.map(({ state, problem }) => [state, problem]), [["failed", "It is damaged."]]);
  await library.refresh();
  assert.equal(library.jobs.value.length, 1);
  await closed(library, shelf);
  assert.deepEqual(library.jobs.value, []);
});

test("documents are not opened on the server before somebody looks, where there are none", async () => {
  const shelf = new Shelf();
  const library = new Library(shelf.service());
  await library.open("none");
  assert.equal(shelf.listings, 0);
  assert.equal(library.available.value, true);
  library.watch(true);
  while (!library.loaded.value) await new Promise((done) => setTimeout(done, 5));
  assert.equal(shelf.listings, 1);
  library.watch(false);
  await library.refresh();
});

test("what failed before the page was opened is no news", async () => {
  const shelf = new Shelf();
  shelf.jobs = [{ ...JOB, state: "failed", problem: "It is damaged." }];
  assert.deepEqual((await opened(shelf)).jobs.value, []);
});

test("a document that could not be deleted stays, and it is said why", async () => {
  const shelf = new Shelf();
  shelf.documents = [DOCUMENT];
  const library = await opened(shelf);
  shelf.refuses = true;
  await library.remove(DOCUMENT);
  assert.equal(library.documents.value.length, 1);
  assert.equal(library.failure.value?.message, "no");
  shelf.refuses = false;
  await library.remove(DOCUMENT);
  assert.deepEqual(library.documents.value, []);
});

test("tags stand between commas of either language, each once", () => {
  assert.deepEqual(tagsIn(" a, b，c、a ,, "), ["a", "b", "c"]);
  assert.deepEqual(tagsIn(""), []);
});

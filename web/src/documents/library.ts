import { batch, computed, signal } from "@preact/signals";
import type * as api from "../api/documents";
import type { Labels, Named } from "../api/documents";
import { type Failure, failureOf } from "../api/failure";
import type { WireDocument, WireJob } from "../api/wire";
import { Sending } from "./sending";

export type Service = typeof api;

const OFTEN_MS = 700;
const SELDOM_MS = 5000;

/** The documents that the assistant keeps, and those on their way in. */
export class Library {
  /** Whether this assistant keeps documents at all. */
  readonly available = signal(false);
  readonly documents = signal<readonly WireDocument[]>([]);
  /** What is being taken in, and what failed and was not put away yet. */
  readonly jobs = signal<readonly WireJob[]>([]);
  readonly sending = signal<readonly Sending[]>([]);
  /** Why the list could not be had. */
  readonly failure = signal<Failure | null>(null);
  readonly loaded = signal(false);
  readonly collections = computed(() => counted(this.documents.value, ({ collections }) => collections.map(({ name }) => name)));
  readonly tags = computed(() => counted(this.documents.value, ({ tags }) => tags));

  private timer: ReturnType<typeof setTimeout> | undefined;
  private watched = false;
  private seen = "";
  private readonly putAway = new Set<string>();

  constructor(private readonly service: Service) {}

  /** Reads what there is, and follows what is on its way; where there is nothing, once one looks. */
  async open(kept: "none" | "some"): Promise<void> {
    this.available.value = true;
    if (kept === "some" || this.watched) await this.refresh();
  }

  /** Whether somebody looks at the list: then folders that change are followed too. */
  watch(watched: boolean): void {
    this.watched = watched;
    if (watched && this.available.peek()) void this.refresh();
  }

  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    try {
      await this.read();
    } catch (error) {
      this.failure.value = failureOf(error);
    }
    clearTimeout(this.timer);
    const wait = this.jobs.value.some(isOpen) ? OFTEN_MS : this.watched ? SELDOM_MS : null;
    if (wait !== null) this.timer = setTimeout(() => void this.refresh(), wait);
  }

  /** Sends files, one after the other. */
  async send(files: readonly Named[]): Promise<void> {
    const fresh = files.map((file) => new Sending(file));
    this.sending.value = [...this.sending.value, ...fresh];
    for (const each of fresh) await this.sendOne(each);
  }

  /** Takes in what `ask` asks for. Raises: Failed. */
  async add(ask: (service: Service) => Promise<WireJob[]>): Promise<void> {
    this.follow(await ask(this.service));
    await this.refresh();
  }

  async cancel(job: WireJob): Promise<void> {
    await this.attempt(() => this.service.cancel(job.id));
    this.dismiss(job);
    await this.refresh();
  }

  /** Puts away what was said about a job. */
  dismiss(job: WireJob): void {
    this.putAway.add(job.id);
    this.jobs.value = this.jobs.value.filter(({ id }) => id !== job.id);
  }

  dismissSending(sending: Sending): void {
    sending.stop();
    this.sending.value = this.sending.value.filter((each) => each !== sending);
  }

  async label(document: WireDocument, labels: Labels): Promise<void> {
    await this.attempt(() => this.service.label(document.id, labels));
    await this.refresh();
  }

  async remove(document: WireDocument): Promise<void> {
    const gone = await this.attempt(() => this.service.remove(document.id));
    if (gone) this.documents.value = this.documents.value.filter(({ id }) => id !== document.id);
  }

  private async read(): Promise<void> {
    const jobs = await this.present(await this.service.jobs());
    // A long list is read again only when something came of a job, or after a while.
    const news = signatureOf(jobs);
    const documents = news === this.seen && this.jobs.peek().some(isOpen) ? null : await this.service.listed();
    this.seen = news;
    batch(() => {
      this.jobs.value = jobs.filter(({ id, state }) => !this.putAway.has(id) && state !== "done" && state !== "cancelled");
      if (documents) this.documents.value = documents;
      this.failure.value = null;
      this.loaded.value = true;
    });
  }

  /** The jobs that the server lists, and how those ended that it lists no longer. */
  private async present(listed: readonly WireJob[]): Promise<readonly WireJob[]> {
    const known = this.jobs.peek();
    const before = new Set(known.map(({ id }) => id));
    const now = new Map(listed.map((job) => [job.id, job]));
    const missing = known.filter((job) => !now.has(job.id));
    const ended = await Promise.all(missing.map((job) => (isOpen(job) ? this.service.job(job.id) : job)));
    // What failed before this page was opened is no news.
    return [...ended, ...listed.filter((job) => isOpen(job) || before.has(job.id))];
  }

  private follow(jobs: readonly WireJob[]): void {
    const fresh = new Set(jobs.map(({ id }) => id));
    this.jobs.value = [...this.jobs.value.filter(({ id }) => !fresh.has(id)), ...jobs];
  }

  private async sendOne(sending: Sending): Promise<void> {
    const jobs = await sending.send(this.service);
    if (!jobs) return;
    this.sending.value = this.sending.value.filter((each) => each !== sending);
    this.follow(jobs);
    await this.refresh();
  }

  private async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.failure.value = failureOf(error);
      return false;
    }
  }
}

export function isOpen({ state }: WireJob): boolean {
  return state === "waiting" || state === "reading" || state === "embedding";
}

/** What of the jobs has to do with the documents that are there. */
function signatureOf(jobs: readonly WireJob[]): string {
  return jobs.map(({ id, state, document }) => `${id} ${state} ${document}`).join();
}

/** Every label with the number of its documents, in the order of the alphabet. */
function counted(
  documents: readonly WireDocument[],
  labels: (document: WireDocument) => readonly string[],
): [label: string, count: number][] {
  const counts = new Map<string, number>();
  for (const label of documents.flatMap(labels)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort(([one], [other]) => one.localeCompare(other));
}

import { batch, computed, signal } from "@preact/signals";
import type * as api from "../api/conversations";
import { type Failure, failureOf } from "../api/failure";
import type { WireConversation } from "../api/wire";

export type Service = Pick<typeof api, "change" | "exported" | "found" | "imported" | "listed" | "remove" | "restore">;

const TYPED_FOR_MS = 150;
const UNDO_FOR_MS = 12_000;

/** The conversations that are kept, and those that are searched for. */
export class History {
  readonly list = signal<readonly WireConversation[]>([]);
  readonly hasMore = signal(false);
  readonly loaded = signal(false);
  readonly failure = signal<Failure | null>(null);
  readonly query = signal("");
  /** What was found; null while nothing is searched for. */
  readonly found = signal<readonly WireConversation[] | null>(null);
  /** What was thrown away just now, and can be brought back. */
  readonly removed = signal<WireConversation | null>(null);
  readonly folders = computed(() => [...new Set(this.list.value.map(({ folder }) => folder).filter(Boolean))].sort());

  private searching: AbortController | null = null;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private undoing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly service: Service,
    private readonly failed: (failure: Failure) => void = () => undefined,
  ) {}

  async refresh(): Promise<void> {
    await this.attempt(async () => {
      const { data, has_more } = await this.service.listed(0);
      batch(() => {
        this.list.value = data;
        this.hasMore.value = has_more ?? false;
        this.loaded.value = true;
        this.failure.value = null;
      });
    });
  }

  async more(): Promise<void> {
    await this.attempt(async () => {
      const { data, has_more } = await this.service.listed(this.list.peek().length);
      const known = new Set(this.list.peek().map(({ id }) => id));
      this.list.value = [...this.list.peek(), ...data.filter(({ id }) => !known.has(id))];
      this.hasMore.value = has_more ?? false;
    });
  }

  /** Looks for words, once nobody types any more. */
  search(query: string): void {
    this.query.value = query;
    clearTimeout(this.typing);
    this.searching?.abort();
    if (!query.trim()) {
      this.found.value = null;
      return;
    }
    this.typing = setTimeout(() => void this.find(query), TYPED_FOR_MS);
  }

  async rename(id: string, title: string): Promise<void> {
    this.put(id, { title });
    await this.attempt(() => this.service.change(id, { title }));
  }

  async pin(id: string, pinned: boolean): Promise<void> {
    this.put(id, { pinned });
    await this.attempt(() => this.service.change(id, { pinned }));
    await this.refresh();
  }

  /** Empty: out of every folder. */
  async move(id: string, folder: string): Promise<void> {
    this.put(id, { folder });
    await this.attempt(() => this.service.change(id, { folder }));
  }

  async remove(conversation: WireConversation): Promise<void> {
    const done = await this.attempt(() => this.service.remove(conversation.id));
    if (!done) return;
    const without = (list: readonly WireConversation[]) => list.filter(({ id }) => id !== conversation.id);
    batch(() => {
      this.list.value = without(this.list.peek());
      this.found.value = this.found.peek() && without(this.found.peek() ?? []);
      this.removed.value = conversation;
    });
    clearTimeout(this.undoing);
    this.undoing = setTimeout(() => (this.removed.value = null), UNDO_FOR_MS);
  }

  async undo(): Promise<void> {
    const removed = this.removed.peek();
    if (!removed) return;
    this.removed.value = null;
    await this.attempt(() => this.service.restore(removed.id));
    this.search(this.query.peek());
    await this.refresh();
  }

  /** Takes in files; how many conversations came. */
  async importFiles(files: Iterable<File>): Promise<number> {
    let count = 0;
    for (const file of files) {
      await this.attempt(async () => {
        count += (await this.service.imported(file.name, await file.text())).length;
      });
    }
    await this.refresh();
    return count;
  }

  private async find(query: string): Promise<void> {
    const attempt = new AbortController();
    this.searching = attempt;
    try {
      const found = await this.service.found(query, attempt.signal);
      if (!attempt.signal.aborted) this.found.value = found;
    } catch (error) {
      if (!attempt.signal.aborted) this.failure.value = failureOf(error);
    }
  }

  private put(id: string, changes: Partial<WireConversation>): void {
    const changed = (list: readonly WireConversation[]) => list.map((each) => (each.id === id ? { ...each, ...changes } : each));
    batch(() => {
      this.list.value = changed(this.list.peek());
      this.found.value = this.found.peek() && changed(this.found.peek() ?? []);
    });
  }

  private async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      const failure = failureOf(error);
      this.failure.value = failure;
      this.failed(failure);
      return false;
    }
  }
}

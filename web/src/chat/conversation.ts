import { batch, computed, type Signal, signal } from "@preact/signals";
import type * as api from "../api/conversations";
import type { Changes, Manner, Wish } from "../api/conversations";
import { type Failure, failureOf } from "../api/failure";
import type { WireAttachment, WireFilter, WireMessage } from "../api/wire";
import { grown } from "./grown";
import { leafUnder, turnsOf } from "./tree";

export type Service = Pick<typeof api, "answer" | "begun" | "change" | "events" | "stop" | "whole">;

/** New text is shown this often: as smooth as eyes can read, and kind to a phone. */
const SHOWN_EVERY_MS = 40;
const AGAIN_MS = 1000;
const ASKING = "asking";
const WAITING = "waiting";

/** What the conversation tells the rest of the page. */
export interface Listener {
  /** Something went wrong that may be more than this answer's matter. */
  failed(failure: Failure): void;
  /** It is kept on the server now, under this id, or something was said in it. */
  changed(id: string): void;
}

/** What conversations look into. */
export interface Looking {
  /** What new ones look into. */
  read(): WireFilter | null;
  keep(filter: WireFilter | null): void;
  /** The filter without what is no longer there. */
  present(filter: WireFilter | null): WireFilter | null;
}

const NO_DOCUMENTS: Looking = { read: () => null, keep: () => undefined, present: () => null };
const NOBODY: Listener = { failed: () => undefined, changed: () => undefined };

/** The conversation on the page: kept on the server, where its answers are written too. */
export class Conversation {
  /** null: nothing was said yet. */
  readonly id = signal<string | null>(null);
  readonly title = signal("");
  readonly messages = signal<readonly WireMessage[]>([]);
  readonly leaf = signal<string | null>(null);
  readonly turns = computed(() => turnsOf(this.messages.value, this.leaf.value));
  readonly answering = computed(() => this.turns.value.at(-1)?.answer?.state === "writing");
  /** The documents that its questions look into; null: none. */
  readonly filter: Signal<WireFilter | null>;
  /** Why the last question could not be asked; it is not on the server then. */
  readonly refusal = signal<Failure | null>(null);
  /** Why it could not be opened. */
  readonly trouble = signal<Failure | null>(null);
  readonly loading = signal(false);

  private following: AbortController | null = null;
  private wish: Wish | null = null;
  private opened = 0;
  private loads = 0;

  constructor(
    private readonly service: Service,
    private readonly manner: () => Manner,
    private readonly listener: Listener = NOBODY,
    private readonly looking: Looking = NO_DOCUMENTS,
  ) {
    this.filter = signal(looking.read());
  }

  /** Shows a conversation of the server's; what is being written in it is followed. */
  async open(id: string): Promise<void> {
    this.leave();
    const mine = this.opened;
    batch(() => {
      this.id.value = id;
      this.loading.value = true;
    });
    await this.load(id, mine);
    if (mine === this.opened) this.loading.value = false;
  }

  /** Looks whether something was said elsewhere. */
  async refresh(): Promise<void> {
    const id = this.id.peek();
    if (id === null || this.answering.peek() || this.refusal.peek()) return;
    await this.load(id, this.opened);
  }

  /** Its id on the server, where it begins if nothing was said yet. Raises: Failed. */
  async kept(): Promise<string> {
    const known = this.id.peek();
    if (known !== null) return known;
    const mine = this.opened;
    const { id } = await this.service.begun(this.filter.peek());
    if (mine === this.opened) {
      this.id.value = id;
      this.listener.changed(id);
    }
    return id;
  }

  /** Something was asked in it by voice: shows that, and follows its answer. */
  async arrived(): Promise<void> {
    const id = this.id.peek();
    if (id === null) return;
    await this.load(id, this.opened, true);
    this.listener.changed(id);
  }

  startNew(): void {
    this.leave();
    this.filter.value = this.looking.read();
  }

  /** From now on its questions look into other documents, on any device; new conversations, too. */
  lookInto(filter: WireFilter | null): void {
    this.filter.value = filter;
    this.looking.keep(filter);
    this.change({ filter });
  }

  ask(text: string, attachments: readonly WireAttachment[] = []): Promise<void> {
    return this.say({ text, parent: this.leaf.peek(), attachments, filter: this.filterNow() });
  }

  /** Asks something else in the place of a question; the old one's branch is kept. */
  askInstead(question: WireMessage, text: string): Promise<void> {
    const { parent, attachments = [] } = question;
    return this.say({ text, parent, attachments, filter: this.filterNow() });
  }

  /** Asks for another answer to a question; the old one is kept. */
  again(question: WireMessage): Promise<void> {
    return this.want({ again: question.id, filter: this.filterNow() }, { ...blank(WAITING, question.id), state: "writing" });
  }

  /** Asks for more of an answer that ended early. */
  async goOn(answer: WireMessage): Promise<void> {
    this.put({ ...answer, state: "writing" });
    await this.want({ continues: answer.id }, null);
  }

  /** Tries once more what was refused. */
  async retry(): Promise<void> {
    const wish = this.wish;
    if (!wish) return;
    if ("text" in wish) {
      this.takeBack();
      await this.say(wish);
    } else if ("again" in wish) {
      const question = this.messages.peek().find(({ id }) => id === wish.again);
      if (question) await this.again(question);
    }
  }

  /** Takes back the question that was refused, to be written differently. */
  takeBack(): { text: string; attachments: readonly WireAttachment[] } {
    const wish = this.wish;
    this.forget();
    return wish && "text" in wish ? { text: wish.text, attachments: wish.attachments } : { text: "", attachments: [] };
  }

  /** Shows the branch through a message. */
  show(message: string): void {
    const leaf = leafUnder(this.messages.peek(), message);
    this.leaf.value = leaf;
    if (leaf) this.change({ leaf });
    const last = this.messages.peek().find((each) => each.id === leaf);
    if (last?.state === "writing" && last.events !== undefined) void this.follow(last);
  }

  stop(): void {
    const id = this.id.peek();
    if (id) void this.service.stop(id).catch((error) => this.listener.failed(failureOf(error)));
  }

  private filterNow(): WireFilter | null {
    return this.looking.present(this.filter.peek());
  }

  private change(changes: Changes): void {
    const id = this.id.peek();
    if (id) void this.service.change(id, changes).catch((error) => this.listener.failed(failureOf(error)));
  }

  /** `anew`: also while an answer is followed, which may not be the last one any more. */
  private async load(id: string, mine: number, anew = false): Promise<void> {
    const latest = ++this.loads;
    try {
      const whole = await this.service.whole(id);
      if (latest !== this.loads) return; // what was asked for later may be there already
      if (mine !== this.opened || (this.answering.peek() && !anew)) return;
      batch(() => {
        this.title.value = whole.title;
        this.messages.value = whole.messages;
        this.leaf.value = whole.leaf;
        this.filter.value = whole.filter ?? null;
        this.trouble.value = null;
      });
      const written = whole.messages.filter((message) => message.events !== undefined);
      const open = written.find((message) => message.id === whole.leaf) ?? written[0];
      if (open) void this.follow(open);
    } catch (error) {
      if (mine !== this.opened) return;
      const failure = failureOf(error);
      this.trouble.value = failure;
      this.listener.failed(failure);
    }
  }

  /** The question is shown at once, and given its name when the server has it. */
  private say(wish: Extract<Wish, { text: string }>): Promise<void> {
    this.forget();
    const { text, parent, attachments, filter } = wish;
    const question: WireMessage = {
      ...blank(ASKING, parent),
      role: "user",
      text,
      attachments,
      ...(filter && { filter }),
    };
    this.put(question);
    return this.want(wish, { ...blank(WAITING, ASKING), state: "writing" });
  }

  private async want(wish: Wish, waiting: WireMessage | null): Promise<void> {
    const mine = this.opened;
    this.wish = wish;
    this.refusal.value = null;
    if (waiting) {
      this.put(waiting);
      this.leaf.value = waiting.id;
    }
    try {
      const id = this.id.peek() ?? (await this.service.begun(this.filter.peek())).id;
      const { title, messages } = await this.service.answer(id, wish, this.manner());
      if (mine !== this.opened) return this.listener.changed(id);
      batch(() => {
        this.forget();
        this.id.value = id;
        this.title.value = title;
        for (const message of messages) this.put(message);
        this.leaf.value = messages.at(-1)?.id ?? null;
      });
      this.listener.changed(id);
      const answer = messages.at(-1);
      if (answer) await this.follow(answer);
    } catch (error) {
      if (mine === this.opened) this.refuse(wish, failureOf(error));
    }
  }

  private refuse(wish: Wish, failure: Failure): void {
    batch(() => {
      this.refusal.value = failure;
      if ("continues" in wish) {
        this.messages.value = this.messages.peek().map((each) => (each.id === wish.continues ? { ...each, state: "stopped" } : each));
      } else this.put({ ...blank(WAITING, "again" in wish ? wish.again : ASKING), state: "failed" });
    });
    this.listener.failed(failure);
  }

  /** Shows an answer as it is written, until it is complete; a connection that breaks is made anew. */
  private async follow(answer: WireMessage): Promise<void> {
    this.following?.abort();
    const attempt = new AbortController();
    this.following = attempt;
    const id = this.id.peek();
    if (!id) return;
    const shown = new Shown(answer, (message) => this.put(message));
    while (!attempt.signal.aborted) {
      try {
        for await (const event of this.service.events(id, answer.id, shown.events, attempt.signal)) {
          if (attempt.signal.aborted) return;
          shown.add(event);
        }
        shown.close();
        this.listener.changed(id);
        return;
      } catch (error) {
        if (attempt.signal.aborted) return;
        shown.close();
        const failure = failureOf(error);
        this.listener.failed(failure);
        if (failure.cause !== "gone" && failure.cause !== "lost") return this.load(id, this.opened);
        await new Promise((done) => setTimeout(done, AGAIN_MS));
      }
    }
  }

  private put(message: WireMessage): void {
    const messages = this.messages.peek();
    const place = messages.findIndex(({ id }) => id === message.id);
    this.messages.value = place < 0 ? [...messages, message] : messages.map((each, at) => (at === place ? message : each));
  }

  /** Without the question that only this page knows. */
  private forget(): void {
    const messages = this.messages.peek().filter(({ id }) => id !== ASKING && id !== WAITING);
    batch(() => {
      if (messages.length < this.messages.peek().length) {
        this.messages.value = messages;
        if (!messages.some(({ id }) => id === this.leaf.peek())) {
          const wish = this.wish;
          const before = wish && "again" in wish ? leafUnder(messages, wish.again) : wish && "text" in wish ? wish.parent : null;
          this.leaf.value = before;
        }
      }
      this.refusal.value = null;
    });
  }

  private leave(): void {
    this.following?.abort();
    this.following = null;
    this.opened += 1;
    this.wish = null;
    batch(() => {
      this.id.value = null;
      this.title.value = "";
      this.messages.value = [];
      this.leaf.value = null;
      this.refusal.value = null;
      this.trouble.value = null;
      this.loading.value = false;
    });
  }
}

function blank(id: string, parent: string | null): WireMessage {
  return { id, parent, role: "assistant", text: "", created: Date.now() / 1000, state: "done" };
}

/** A message that grows, shown a few times a second. */
class Shown {
  events: number;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private first = true;

  constructor(
    private message: WireMessage,
    private readonly show: (message: WireMessage) => void,
  ) {
    this.events = message.events ?? 0;
  }

  add(event: Parameters<typeof grown>[1]): void {
    this.message = grown(this.message, event);
    if (!event.message) this.events += 1;
    this.timer ??= setTimeout(() => this.flush(), this.first ? 0 : SHOWN_EVERY_MS);
    this.first = false;
  }

  close(): void {
    if (this.timer !== null) this.flush();
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.show(this.message);
  }
}

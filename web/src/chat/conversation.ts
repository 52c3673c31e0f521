import { computed, signal } from "@preact/signals";
import type { AnswerEvent } from "../api/assistant";
import { type Failure, failureOf } from "../api/failure";
import type { WireCitation, WireFilter, WireMessage } from "../api/wire";
import { type Answer, answered, asked, isOpen, messages, reopened, type Turn } from "./turn";

/** Answers a conversation, from documents where a filter is given, until the signal says stop. */
export type Answering = (
  messages: readonly WireMessage[],
  filter: WireFilter | null,
  signal: AbortSignal,
) => AsyncIterable<AnswerEvent>;

/** New text is shown this often: as smooth as eyes can read, and kind to a phone. */
const SHOWN_EVERY_MS = 40;

/** The conversation on the page, and the one answer that is being written. */
export class Conversation {
  readonly turns = signal<readonly Turn[]>([]);
  /** The conversation that New chat put aside, to come back to. */
  readonly previous = signal<readonly Turn[]>([]);
  readonly answering = computed(() => isOpen(this.turns.value));

  private running: AbortController | null = null;

  constructor(
    private readonly answer: Answering,
    private readonly failed: (failure: Failure) => void = () => undefined,
  ) {}

  ask(question: string, filter: WireFilter | null = null): Promise<void> {
    this.turns.value = asked(this.turns.value, freshId(), question, filter);
    return this.run();
  }

  /** Asks for another answer to the last question. */
  again(): Promise<void> {
    this.turns.value = reopened(this.turns.value);
    return this.run();
  }

  /** Takes the last question back, to be written differently. */
  takeBack(): string {
    const last = this.turns.value.at(-1);
    this.turns.value = this.turns.value.slice(0, -1);
    return last?.question ?? "";
  }

  stop(): void {
    this.running?.abort();
  }

  startNew(): void {
    this.leave();
    this.previous.value = this.turns.value;
    this.turns.value = [];
  }

  goBack(): void {
    this.turns.value = this.previous.value;
    this.previous.value = [];
  }

  private leave(): void {
    this.stop();
    this.running = null;
    if (this.answering.value) this.turns.value = answered(this.turns.value, { state: "stopped" });
  }

  private async run(): Promise<void> {
    this.running?.abort();
    const attempt = new AbortController();
    this.running = attempt;
    const show = (news: Partial<Answer>) => {
      if (this.running === attempt) this.turns.value = answered(this.turns.value, news);
    };
    const writer = new Writer((text) => show({ state: "writing", text }));
    const end = await this.write(attempt.signal, writer, show);
    writer.close();
    show(end);
    if (end.failure && this.running === attempt) this.failed(end.failure);
  }

  private async write(
    signal: AbortSignal,
    writer: Writer,
    show: (news: Partial<Answer>) => void,
  ): Promise<Partial<Answer>> {
    const turns = this.turns.value;
    let citations: readonly WireCitation[] = [];
    try {
      for await (const event of this.answer(messages(turns), turns.at(-1)?.filter ?? null, signal)) {
        if (event.kind === "text") writer.add(event.text);
        else if (event.kind === "passages") show({ passages: event.passages });
        else if (event.kind === "citations") show({ citations: (citations = [...citations, ...event.citations]) });
        else return ended(event);
      }
      return { state: "stopped" };
    } catch (error) {
      return signal.aborted ? { state: "stopped" } : { state: "failed", failure: failureOf(error) };
    }
  }
}

// Not randomUUID: over plain HTTP from another device browsers have none.
function freshId(): string {
  return crypto.getRandomValues(new Uint32Array(2)).join("-");
}

function ended(event: AnswerEvent & { kind: "end" }): Partial<Answer> {
  const state = event.reason === "length" ? "cut" : "done";
  return event.timings ? { state, timings: event.timings } : { state };
}

/** Gathers text and shows it a few times a second. */
class Writer {
  private text = "";
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly show: (text: string) => void) {}

  add(text: string): void {
    this.text += text;
    this.timer ??= setTimeout(() => this.flush(), this.text === text ? 0 : SHOWN_EVERY_MS);
  }

  close(): void {
    if (this.timer !== null) this.flush();
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.show(this.text);
  }
}

import { batch, signal } from "@preact/signals";
import type * as api from "../api/vision";
import { type Failure, failureOf } from "../api/failure";
import type { WireFound, WireSeen } from "../api/wire";

export type Service = Pick<typeof api, "lookUp" | "read">;

/** Fewer letters are mostly a mark or a logo, by which nothing is found. */
const LEAST_LETTERS = 4;

/** What the assistant says of one picture after the other: its text first, then what fits it. */
export class Looking {
  readonly seen = signal<WireSeen | null>(null);
  readonly found = signal<WireFound | null>(null);
  readonly busy = signal(false);
  readonly failure = signal<Failure | null>(null);
  private attempt = new AbortController();
  private lookedUp = "";

  /** `documents`: whether there are any; `sees`: whether the model sees what has no words. */
  constructor(
    private readonly service: Service,
    private readonly documents: () => boolean,
    private readonly sees: () => boolean,
  ) {}

  async look(picture: Blob): Promise<void> {
    this.attempt.abort();
    const { signal } = (this.attempt = new AbortController());
    this.busy.value = true;
    try {
      const seen = await this.service.read(picture, signal);
      batch(() => {
        this.seen.value = seen;
        this.failure.value = null;
      });
      await this.lookUp(picture, seen.text, signal);
    } catch (error) {
      if (!signal.aborted) this.failure.value = failureOf(error);
    }
    if (!signal.aborted) this.busy.value = false;
  }

  /** Gives up what is under way. */
  stop(): void {
    this.attempt.abort();
    this.busy.value = false;
  }

  clear(): void {
    this.stop();
    this.lookedUp = "";
    batch(() => {
      this.seen.value = null;
      this.found.value = null;
      this.failure.value = null;
    });
  }

  /** What was found for the same words a moment ago stands. */
  private async lookUp(picture: Blob, text: string, signal: AbortSignal): Promise<void> {
    const words = text.replace(/[^\p{L}\p{N}]+/gu, "");
    const wordless = words.length < LEAST_LETTERS;
    if (words === this.lookedUp && !wordless) return;
    const possible = this.documents() && (!wordless || this.sees());
    const found = possible ? await this.service.lookUp(picture, signal) : null;
    if (signal.aborted) return;
    this.lookedUp = words;
    this.found.value = found;
  }
}

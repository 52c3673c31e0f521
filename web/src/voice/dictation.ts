/** Someone dictates: text while they speak. */
import * as api from "../api/voice";
import { choices } from "./choices";
import { Ear, type EarListener } from "./ear";
import { hasWords, Heard } from "./heard";

const PAUSE_S = 0.8;

export interface DictationListener extends EarListener {
  /** All that was said so far. */
  text(text: string): void;
  /** A pause after words. */
  paused(): void;
}

export class Dictation {
  private readonly heard = new Heard();
  private readonly leaving = new AbortController();
  private reading: Promise<void> = Promise.resolve();

  private constructor(
    private readonly ear: Ear,
    private readonly listener: DictationListener,
  ) {}

  /** Raises: NoMicrophone; Failed. */
  static async begin(listener: DictationListener): Promise<Dictation> {
    const dictation = new Dictation(await Ear.open(choices().language, PAUSE_S, listener), listener);
    dictation.reading = dictation.read();
    dictation.reading.catch((error: unknown) => {
      if (!dictation.leaving.signal.aborted) listener.broken(error);
    });
    return dictation;
  }

  /** Says what was said, once all of it is recognized. Raises: Failed. */
  async finish(): Promise<string> {
    await this.ear.finish();
    await this.reading;
    return this.heard.text;
  }

  cancel(): void {
    this.leaving.abort();
    void this.ear.finish().catch(() => undefined);
  }

  private async read(): Promise<void> {
    for await (const event of api.heard(this.ear.id, this.leaving.signal)) {
      if (this.heard.add(event)) this.listener.text(this.heard.text);
      if (event.type === "final" && hasWords(event.text ?? "")) this.listener.paused();
    }
  }
}

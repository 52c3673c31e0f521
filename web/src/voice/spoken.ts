/** An answer that is said: a new one while it is written, or one that is there. */
import { refused } from "../api/failure";
import * as api from "../api/voice";
import { saying } from "./choices";
import { Player } from "./sound/player";

export interface SpokenListener {
  /** Its question is in the conversation, and it is being written: the message of that id. */
  begun(message: string): void;
  text(delta: string): void;
  voiceless(language: string): void;
}

export class Spoken {
  private readonly leaving = new AbortController();
  private readonly player: Player;

  constructor(private readonly listener: SpokenListener) {
    this.player = new Player({ sounding: () => undefined, voiceless: (language) => listener.voiceless(language) });
  }

  /** Asks, and resolves when the answer was said; it names its message. Raises: Failed. */
  answer(text: string, asking: api.Asking): Promise<string> {
    return this.say(api.answer(text, asking, saying(), this.leaving.signal));
  }

  /** Resolves when the text was read out. Raises: Failed. */
  read(text: string): Promise<string> {
    return this.say(api.aloud(text, saying(), this.leaving.signal));
  }

  /** Repeatable. */
  stop(): void {
    this.leaving.abort();
    this.player.stop();
  }

  private async say(events: AsyncIterable<api.WireSpoken>): Promise<string> {
    let message = "";
    try {
      for await (const event of events) {
        if (event.type === "audio" || event.type === "unspoken") this.player.add(event);
        else if (event.type === "text") this.listener.text(event.delta);
        else if (event.type === "begun") this.listener.begun(event.message);
        else if (event.type === "error") throw refused(200, event.error);
        else if (event.type === "done") message = event.message ?? "";
      }
    } catch (error) {
      if (!this.leaving.signal.aborted) throw error;
    }
    await this.player.silence();
    return message;
  }
}

import { signal } from "@preact/signals";
import { type Failure, failureOf } from "../api/failure";
import type { Asking } from "../api/voice";
import { draft } from "../composer/draft";
import type { Dictation } from "./dictation";
import { joined } from "./heard";
import { OPENING, type Scene } from "./scene";
import type { Lack } from "./sound/microphone";
import type { Spoken } from "./spoken";
import type { Talk } from "./talk";

/** finishing: what was dictated last is being recognized. */
export type State = "off" | "opening" | "dictating" | "finishing" | "conversing";

/** Why it does not work: there is no microphone, or the server says so; or no voice for a language. */
export type Problem = { is: "microphone"; lack: Lack } | { is: "failure"; failure: Failure } | { is: "voiceless"; language: string };

const parts = () => import("./parts");

/** What is spoken at the page: dictated, talked about without hands, and read out. */
export class Voice {
  readonly state = signal<State>("off");
  /** How loud it is, 0 to 1. */
  readonly level = signal(0);
  /** Of a conversation without hands. */
  readonly scene = signal<Scene>(OPENING);
  /** What is being read out: the message's id, or "" for one that has none yet. */
  readonly saying = signal<string | null>(null);
  readonly problem = signal<Problem | null>(null);

  private dictation: Dictation | null = null;
  private talk: Talk | null = null;
  private spoken: Spoken | null = null;
  private before = "";
  private attempt = 0;

  /** `asking`: how the conversation goes on; `arrived`: something is asked and answered in it. */
  constructor(
    private readonly asking: () => Promise<Asking>,
    private readonly arrived: () => Promise<void>,
  ) {}

  /** Fetches what will be needed, before it is. */
  prepare(): void {
    void parts().catch(() => undefined);
  }

  /** Writes what is said into the message. */
  async dictate(): Promise<void> {
    if (this.state.peek() !== "off") return;
    const mine = this.begin("opening");
    this.before = draft.peek();
    try {
      const { Dictation } = await parts();
      const dictation = await Dictation.begin({
        level: (level) => (this.level.value = level),
        text: (text) => {
          if (mine === this.attempt) draft.value = joined(this.before, text);
        },
        paused: () => undefined,
        broken: (error) => this.fail(mine, error),
      });
      if (mine !== this.attempt) return dictation.cancel();
      this.dictation = dictation;
      this.state.value = "dictating";
    } catch (error) {
      this.fail(mine, error);
    }
  }

  /** Ends it; resolves with the whole message once all is recognized, or null if it failed. */
  async finish(): Promise<string | null> {
    const { dictation, attempt } = this;
    if (!dictation || this.state.peek() !== "dictating") return null;
    this.state.value = "finishing";
    try {
      const text = await dictation.finish();
      if (attempt !== this.attempt) return null;
      draft.value = joined(this.before, text);
      this.off();
      return draft.peek();
    } catch (error) {
      this.fail(attempt, error);
      return null;
    }
  }

  /** As if nothing had been dictated. */
  cancel(): void {
    if (this.state.peek() === "off" || this.state.peek() === "conversing") return;
    draft.value = this.before;
    this.dictation?.cancel();
    this.off();
  }

  /** Begins a conversation without hands. */
  async converse(): Promise<void> {
    if (this.state.peek() !== "off") return;
    const mine = this.begin("conversing");
    this.scene.value = OPENING;
    try {
      const { Talk } = await parts();
      if (mine !== this.attempt) return;
      this.talk = new Talk({
        level: (level) => (this.level.value = level),
        changed: (scene) => (this.scene.value = scene),
        begun: () => void this.arrived(),
        failed: (error) => (this.problem.value = { is: "failure", failure: failureOf(error) }),
        broken: (error) => (error ? this.fail(mine, error) : this.hangUp()),
        voiceless: (language) => (this.problem.value = { is: "voiceless", language }),
      });
      await this.talk.begin(this.asking);
    } catch (error) {
      this.fail(mine, error);
    }
  }

  /** Ends the answer that is being given. */
  interrupt(): void {
    this.talk?.interrupt();
  }

  hangUp(): void {
    if (this.state.peek() === "conversing") this.off();
  }

  /** Another conversation is shown. */
  leave(): void {
    this.hangUp();
    this.hush();
  }

  /** Asks, and has the answer said while it is written; resolves with whether it could be asked. */
  async ask(text: string): Promise<boolean> {
    let begun = false;
    await this.say("", async (spoken) => spoken.answer(text, await this.asking()), () => (begun = true));
    return begun;
  }

  /** Reads out a message, or no longer. */
  async read(message: string, text: string): Promise<void> {
    const same = this.saying.peek() === message;
    this.hush();
    if (!same) await this.say(message, (spoken) => spoken.read(text));
  }

  /** Whatever is being said. */
  hush(): void {
    this.spoken?.stop();
    this.spoken = null;
    this.saying.value = null;
  }

  /** Ends the latest of all that goes on, as Escape does; whether there was something. */
  quit(): boolean {
    if (this.saying.peek() !== null) this.hush();
    else if (this.state.peek() === "conversing") {
      const { phase } = this.scene.peek();
      if (phase === "thinking" || phase === "answering") this.interrupt();
      else this.hangUp();
    } else if (this.state.peek() !== "off") this.cancel();
    else return false;
    return true;
  }

  private async say(message: string, said: (spoken: Spoken) => Promise<unknown>, begins?: () => void): Promise<void> {
    this.hush();
    this.problem.value = null;
    this.saying.value = message;
    let mine: Spoken | null = null;
    try {
      const { Spoken } = await parts();
      if (this.saying.peek() !== message || this.spoken) return;
      mine = this.spoken = new Spoken({
        begun: (begun) => {
          if (this.spoken === mine) this.saying.value = begun;
          begins?.();
          void this.arrived();
        },
        text: () => undefined,
        voiceless: (language) => (this.problem.value = { is: "voiceless", language }),
      });
      await said(mine);
    } catch (error) {
      this.problem.value = { is: "failure", failure: failureOf(error) };
    }
    if (this.spoken === mine) this.hush();
  }

  private begin(state: State): number {
    this.hush();
    this.problem.value = null;
    this.level.value = 0;
    this.state.value = state;
    return ++this.attempt;
  }

  private off(): void {
    this.attempt += 1;
    this.dictation = null;
    this.talk?.end();
    this.talk = null;
    this.state.value = "off";
  }

  private fail(attempt: number, error: unknown): void {
    if (attempt !== this.attempt) return;
    this.off();
    const lack = (error as { lack?: Lack }).lack;
    this.problem.value = lack ? { is: "microphone", lack } : { is: "failure", failure: failureOf(error) };
  }
}

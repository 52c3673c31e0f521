/** Says sentences one after the other: the server's sound, or the browser's own voice. */
import type { WireSaid } from "../../api/voice";
import { choices } from "../choices";
import { say } from "./browserVoice";
import { device } from "./device";

const DUCKED = 0.25; // of the loudness, while someone may be about to interrupt
const FADE_S = 0.05;

export interface PlayerListener {
  /** It begins to be heard, or is silent again. */
  sounding(is: boolean): void;
  /** Nobody here speaks that language. */
  voiceless(language: string): void;
}

export class Player {
  private queue: WireSaid[] = [];
  private current: AbortController | null = null;
  private gain: GainNode | null = null;
  private waiting: (() => void)[] = [];

  constructor(private readonly listener: PlayerListener) {}

  get isSounding(): boolean {
    return this.current !== null;
  }

  /** A sentence that is to be said after all others. */
  add(said: WireSaid): void {
    this.queue.push(said);
    if (!this.current) void this.run();
  }

  /** Resolves when nothing is left to be said. */
  silence(): Promise<void> {
    return this.current ? new Promise((done) => this.waiting.push(done)) : Promise.resolve();
  }

  /** Says no more of what it was given. */
  stop(): void {
    this.queue = [];
    this.current?.abort();
  }

  /** Quieter, while someone else speaks. */
  duck(is: boolean): void {
    const { gain } = this.gain ?? {};
    gain?.setTargetAtTime(is ? DUCKED : 1, this.gain?.context.currentTime ?? 0, FADE_S);
  }

  private async run(): Promise<void> {
    const mine = new AbortController();
    this.current = mine;
    this.listener.sounding(true);
    for (let said = this.queue.shift(); said && !mine.signal.aborted; said = this.queue.shift()) {
      // One sentence that cannot be played keeps none of the others back.
      await this.play(said, mine.signal).catch(() => undefined);
    }
    this.current = null;
    if (this.queue.length > 0) return this.run(); // they came while the last one was being stopped
    this.listener.sounding(false);
    for (const done of this.waiting.splice(0)) done();
  }

  private async play(said: WireSaid, signal: AbortSignal): Promise<void> {
    if (said.type === "audio") return this.sound(said.audio, signal);
    const { own, speed } = choices();
    const { sentence, language, reason } = said;
    const isSaid = await say(sentence, language, own[language] ?? "", speed, signal);
    if (!isSaid && !reason) this.listener.voiceless(language);
  }

  private async sound(audio: string, signal: AbortSignal): Promise<void> {
    const context = await device();
    const bytes = Uint8Array.from(atob(audio), (letter) => letter.charCodeAt(0));
    const buffer = await context.decodeAudioData(bytes.buffer);
    if (signal.aborted) return;
    if (!this.gain) {
      this.gain = context.createGain();
      this.gain.connect(context.destination);
    }
    this.gain.gain.setTargetAtTime(1, context.currentTime, FADE_S);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    await new Promise<void>((done) => {
      source.onended = () => done();
      signal.addEventListener("abort", () => source.stop());
      source.start();
    });
    source.disconnect();
  }
}

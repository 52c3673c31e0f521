/** A microphone whose sound goes to the server while it is heard. */
import * as api from "../api/voice";
import { Microphone, NoMicrophone } from "./sound/microphone";
import { RATE } from "./sound/resampler";
import type { Piece } from "./sound/worklet";

const AT_ONCE = RATE / 5; // samples that are worth a request
const AT_MOST = RATE * 20;

export interface EarListener {
  /** How loud it is, 0 to 1. */
  level(level: number): void;
  /** No more is heard: the server is away, or the microphone. */
  broken(error: unknown): void;
}

export class Ear {
  /** Whether silence is sent instead of what is heard. */
  muted = false;
  /** Of the listening, on the server. */
  id = "";
  private microphone: Microphone | null = null;
  private pieces: Int16Array[] = [];
  private waiting = 0;
  private sending: Promise<void> | null = null;
  private isOver = false;

  private constructor(private readonly listener: EarListener) {}

  /** Raises: NoMicrophone; Failed. */
  static async open(language: string, pause: number, listener: EarListener): Promise<Ear> {
    const ear = new Ear(listener);
    const ended = () => listener.broken(new NoMicrophone("absent"));
    ear.microphone = await Microphone.open((piece) => ear.hear(piece), ended);
    try {
      ear.id = await api.listen(language, pause);
    } catch (error) {
      ear.microphone.close();
      throw error;
    }
    ear.send();
    return ear;
  }

  /** Hears no more; resolves when the server has all of it. */
  async finish(): Promise<void> {
    this.microphone?.close();
    if (this.isOver) return;
    this.isOver = true;
    while (this.waiting > 0) {
      this.send();
      await this.sending;
    }
    await api.finish(this.id);
  }

  private hear({ samples, level }: Piece): void {
    if (this.isOver) return;
    this.listener.level(level);
    this.pieces.push(this.muted ? new Int16Array(samples.length) : samples);
    this.waiting += samples.length;
    this.send();
  }

  /** One request after the other, for their order is that of the sound. */
  private send(): void {
    if (!this.id || this.sending || (this.waiting < AT_ONCE && !this.isOver)) return;
    this.sending = this.sendAll()
      .catch((error: unknown) => this.breakOff(error))
      .finally(() => {
        this.sending = null;
      });
  }

  private async sendAll(): Promise<void> {
    while (this.waiting >= AT_ONCE || (this.isOver && this.waiting > 0)) await api.feed(this.id, this.taken());
  }

  private breakOff(error: unknown): void {
    this.isOver = true;
    this.pieces = [];
    this.waiting = 0;
    this.microphone?.close();
    this.listener.broken(error);
  }

  private taken(): Int16Array<ArrayBuffer> {
    const all = new Int16Array(Math.min(this.waiting, AT_MOST));
    let filled = 0;
    for (let piece = this.pieces[0]; piece && filled + piece.length <= all.length; piece = this.pieces[0]) {
      all.set(piece, filled);
      filled += piece.length;
      this.pieces.shift();
    }
    this.waiting -= filled;
    return all.subarray(0, filled);
  }
}

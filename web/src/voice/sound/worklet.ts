/** Runs on the browser's thread for sound: what the microphone hears, at 16 kHz in 16-bit samples. */
import { RATE, Resampler } from "./resampler";

/** What is told of each piece. `level`: its loudness, 0 to 1. */
export interface Piece {
  samples: Int16Array<ArrayBuffer>;
  level: number;
}

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, kind: new () => AudioWorkletProcessor): void;

const PIECE = RATE / 20; // samples: often enough for a meter

class Hearing extends AudioWorkletProcessor {
  private readonly resampler = new Resampler(sampleRate);
  private readonly piece = new Float32Array(PIECE);
  private filled = 0;

  process([input]: Float32Array[][]): boolean {
    const channel = input?.[0];
    if (!channel) return true;
    for (const sample of this.resampler.add(channel)) {
      this.piece[this.filled++] = sample;
      if (this.filled === PIECE) this.tell();
    }
    return true;
  }

  private tell(): void {
    this.filled = 0;
    let sum = 0;
    const samples = new Int16Array(PIECE);
    this.piece.forEach((sample, index) => {
      sum += sample * sample;
      samples[index] = Math.max(-1, Math.min(1, sample)) * 32767;
    });
    const piece: Piece = { samples, level: Math.sqrt(sum / PIECE) };
    this.port.postMessage(piece, [samples.buffer]);
  }
}

registerProcessor("hearing", Hearing);

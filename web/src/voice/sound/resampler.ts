/** Sound at any rate becomes sound at 16 kHz, as it comes. Pure. */

export const RATE = 16_000; // Hz, what the recognizer hears

const CROSSINGS = 12; // of zero, on each side of the filter's middle
const PHASES = 64; // between two samples of what comes in
const CUTOFF = 0.94; // of half the lower rate; above, nothing may be left that would fold back

/** A windowed sinc, with a filter ready for each place between two samples. */
export class Resampler {
  private readonly step: number;
  private readonly reach: number;
  private readonly filters: readonly Float32Array[];
  private kept: Float32Array;
  private at: number;

  constructor(rate: number) {
    this.step = rate / RATE;
    const cutoff = CUTOFF * Math.min(1, 1 / this.step);
    this.reach = Math.ceil(CROSSINGS / cutoff);
    this.filters = Array.from({ length: PHASES + 1 }, (_, phase) => filterOf(phase / PHASES, cutoff, this.reach));
    this.kept = new Float32Array(this.reach);
    this.at = this.reach;
  }

  /** More samples from -1 to 1; returns those at 16 kHz that can be told by now. */
  add(samples: Float32Array): Float32Array {
    const all = new Float32Array(this.kept.length + samples.length);
    all.set(this.kept);
    all.set(samples, this.kept.length);
    const count = Math.max(0, Math.ceil((all.length - this.reach - this.at) / this.step));
    const made = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      const place = Math.floor(this.at);
      made[index] = this.filtered(all, place - this.reach + 1, Math.round((this.at - place) * PHASES));
      this.at += this.step;
    }
    const gone = Math.min(all.length, Math.max(0, Math.floor(this.at) - this.reach));
    this.kept = all.slice(gone);
    this.at -= gone;
    return made;
  }

  private filtered(all: Float32Array, from: number, phase: number): number {
    const filter = this.filters[phase];
    if (!filter) return 0;
    let sum = 0;
    for (let tap = 0; tap < filter.length; tap++) sum += (filter[tap] ?? 0) * (all[from + tap] ?? 0);
    return sum;
  }
}

/** The filter for a place `phase` samples behind the middle one; its taps sum to one. */
function filterOf(phase: number, cutoff: number, reach: number): Float32Array {
  const taps = new Float32Array(2 * reach);
  let sum = 0;
  for (let tap = 0; tap < taps.length; tap++) {
    const distance = tap - reach + 1 - phase;
    const value = sinc(distance * cutoff) * hann(distance / reach);
    taps[tap] = value;
    sum += value;
  }
  return taps.map((value) => value / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function hann(x: number): number {
  return Math.abs(x) >= 1 ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * x);
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { RATE, Resampler } from "../../src/voice/sound/resampler";

const BLOCK = 128; // samples, as browsers give them

function tone(frequency: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: rate * seconds }, (_, index) => Math.sin((2 * Math.PI * frequency * index) / rate));
}

function resampled(sound: Float32Array, rate: number): number[] {
  const resampler = new Resampler(rate);
  const made: number[] = [];
  for (let at = 0; at < sound.length; at += BLOCK) made.push(...resampler.add(sound.subarray(at, at + BLOCK)));
  return made;
}

function loudness(sound: readonly number[]): number {
  const middle = sound.slice(RATE / 10, -RATE / 10);
  return Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
}

for (const rate of [16_000, 44_100, 48_000, 96_000]) {
  test(`a tone at ${rate} Hz is the same tone at 16 kHz, however it was cut`, () => {
    const made = resampled(tone(1000, rate, 1), rate);
    assert.ok(Math.abs(made.length - RATE) < 100);
    const expected = tone(1000, RATE, 1);
    let worst = 0;
    for (let index = RATE / 10; index < made.length - RATE / 10; index++) {
      worst = Math.max(worst, Math.abs((made[index] ?? 0) - (expected[index] ?? 0)));
    }
    assert.ok(worst < 0.03, `${worst}`);
  });
}

test("what is too high to be kept does not fold back", () => {
  assert.ok(loudness(resampled(tone(11_000, 48_000, 1), 48_000)) < 0.005);
  assert.ok(loudness(resampled(tone(5000, 48_000, 1), 48_000)) > 0.69);
});

import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { say } from "../language/language";

/** How loud it is. */
export function Meter({ level }: { level: ReadonlySignal<number> }) {
  const bar = useRef<HTMLSpanElement>(null);
  useSignalEffect(() => {
    const loud = loudness(level.value);
    bar.current?.style.setProperty("--loud", String(loud));
    bar.current?.setAttribute("aria-valuenow", String(Math.round(loud * 100)));
  });
  return <span ref={bar} class="meter" role="meter" aria-label={say.value.voice.level} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0} />;
}

/** As ears hear it, 0 to 1: of the range from a quiet room to a loud voice. */
export function loudness(level: number): number {
  const decibels = 20 * Math.log10(Math.max(level, 1e-5));
  return Math.min(1, Math.max(0, (decibels + 55) / 45));
}

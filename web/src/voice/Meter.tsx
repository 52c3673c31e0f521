import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { say } from "../language/language";
import { loudness } from "./loudness";

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

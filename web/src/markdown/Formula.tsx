import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

type Write = typeof import("./formulas").write;

const write = signal<Write | null>(null);
let asked = false;

/** A formula in TeX; as it was written until KaTeX has come, which is fetched with the first one. */
export function Formula({ source, display }: { source: string; display: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  if (!asked) {
    asked = true;
    void fetchWriter();
  }
  useLayoutEffect(() => {
    if (place.current && write.value) write.value(place.current, source, display);
  }, [source, display, write.value]);
  return display ? (
    <span class="formula" role="math" aria-label={source} tabIndex={0}>
      <span ref={place}>{write.value ? "" : source}</span>
    </span>
  ) : (
    <span ref={place}>{write.value ? "" : source}</span>
  );
}

async function fetchWriter(): Promise<void> {
  try {
    write.value = (await import("./formulas")).write;
  } catch {
    asked = false; // The server was away; the next formula asks again.
  }
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { cutAtMarks, type Reference } from "./references";

/** The references of the text that is drawn. */
export const References = createContext<readonly Reference[]>([]);

/** Text in which marks become links. */
export function textWithMarks(text: string): ComponentChildren {
  return cutAtMarks(text).map((piece) => (typeof piece === "number" ? <ReferenceMark index={piece} /> : piece));
}

/** A raised number that leads to what is referred to. */
export function ReferenceMark({ index }: { index: number }) {
  const reference = useContext(References)[index];
  if (!reference) return null;
  const { label, title, href } = reference;
  return (
    <sup class="reference">
      <a href={href} title={title} aria-label={title}>
        {label}
      </a>
    </sup>
  );
}

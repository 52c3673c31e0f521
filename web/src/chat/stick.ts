import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** This near to the end still counts as being there. */
const NEAR_PX = 40;

export interface Stick {
  /** The element that scrolls, and the content in it. */
  frame: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  atEnd: Signal<boolean>;
  toEnd(): void;
}

/** Keeps the end of growing content in view, once it is `active`, until the reader scrolls away. */
export function useStick(active: boolean): Stick {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useSignal(true);
  const toEnd = () => {
    atEnd.value = true;
    if (frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  };
  useEffect(() => {
    if (!active || !frame.current || !content.current) return undefined;
    return follow(frame.current, content.current, atEnd, toEnd);
  }, [active]);
  return { frame, content, atEnd, toEnd };
}

function follow(
  frame: HTMLElement,
  content: HTMLElement,
  atEnd: Signal<boolean>,
  toEnd: () => void,
): () => void {
  let top = frame.scrollTop;
  const scrolled = () => {
    const near = frame.scrollHeight - frame.scrollTop - frame.clientHeight < NEAR_PX;
    // Content that grew since also leaves a distance; only moving up is leaving.
    if (near) atEnd.value = true;
    else if (frame.scrollTop < top) atEnd.value = false;
    top = frame.scrollTop;
  };
  const resized = new ResizeObserver(() => atEnd.peek() && toEnd());
  resized.observe(content);
  resized.observe(frame);
  frame.addEventListener("scroll", scrolled, { passive: true });
  return () => {
    resized.disconnect();
    frame.removeEventListener("scroll", scrolled);
  };
}

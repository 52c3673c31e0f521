import { useRef } from "preact/hooks";

const HELD_MS = 350;

/** A press that lasts is another wish than a short one. `pressed`: it begins; `released`: it ended. */
export interface Holding {
  pressed(): void;
  released(held: boolean): void;
}

/** What a button needs to tell both apart, for fingers, mice, keys and screen readers alike. */
export function useHold({ pressed, released }: Holding) {
  const since = useRef<number | null>(null);
  const heeded = useRef(false);
  const begin = () => {
    if (since.current !== null) return;
    since.current = performance.now();
    heeded.current = true;
    pressed();
  };
  const end = () => {
    if (since.current === null) return;
    const held = performance.now() - since.current > HELD_MS;
    since.current = null;
    released(held);
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      begin();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      if (!event.repeat) begin();
    },
    onKeyUp: (event: KeyboardEvent) => {
      if (event.key === " " || event.key === "Enter") end();
    },
    onBlur: end,
    onContextMenu: (event: Event) => {
      if (since.current !== null) event.preventDefault();
    },
    // A screen reader presses without a pointer.
    onClick: () => {
      if (!heeded.current) {
        pressed();
        released(false);
      }
      heeded.current = false;
    },
  };
}

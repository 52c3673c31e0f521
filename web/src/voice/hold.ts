/** A press that lasts is another wish than a short one. */

const HELD_MS = 350;

export interface Holding {
  /** It begins. */
  pressed(): void;
  /** It ended; `held`: after a while. */
  released(held: boolean): void;
}

/** What a button needs to tell both apart, for fingers, mice, keys and screen readers alike. */
export function hold({ pressed, released }: Holding) {
  let since: number | null = null;
  let heeded = false;
  const begin = () => {
    if (since !== null) return;
    since = performance.now();
    heeded = true;
    pressed();
  };
  const end = () => {
    if (since === null) return;
    const held = performance.now() - since > HELD_MS;
    since = null;
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
      if (since !== null) event.preventDefault();
    },
    // A screen reader presses without a pointer.
    onClick: () => {
      if (!heeded) {
        pressed();
        released(false);
      }
      heeded = false;
    },
  };
}

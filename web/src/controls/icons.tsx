/** The line drawings of the page. They say nothing to a screen reader: their buttons have names. */
import type { ComponentChildren } from "preact";
import "./controls.css";

function Line({ children }: { children: ComponentChildren }) {
  return (
    <svg
      class="line"
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** The assistant itself: a page with a folded corner that is also a speech bubble. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="page" d="M8 3h11l8 8v11a4 4 0 0 1-4 4H13l-6.2 4.4A.9.9 0 0 1 5.4 29.7V5.6A2.6 2.6 0 0 1 8 3z" />
      <path class="fold" d="M19 3l8 8h-5.5a2.5 2.5 0 0 1-2.5-2.5z" />
      <path class="words" d="M10.5 15.5h11M10.5 20h7" />
    </svg>
  );
}

export const Send = () => (
  <Line>
    <path d="M12 19V5M6 11l6-6 6 6" />
  </Line>
);

export const Stop = () => (
  <Line>
    <rect x="7" y="7" width="10" height="10" rx="2" fill="currentColor" />
  </Line>
);

export const Down = () => (
  <Line>
    <path d="M12 5v14M6 13l6 6 6-6" />
  </Line>
);

export const Plus = () => (
  <Line>
    <path d="M12 5v14M5 12h14" />
  </Line>
);

export const Copy = () => (
  <Line>
    <rect x="9" y="9" width="11" height="11" rx="2.5" />
    <path d="M5 15a2 2 0 0 1-1-1.7V6.5A2.5 2.5 0 0 1 6.5 4h6.8A2 2 0 0 1 15 5" />
  </Line>
);

export const Tick = () => (
  <Line>
    <path d="M5 12.5l4.5 4.5L19 7.5" />
  </Line>
);

export const Repeat = () => (
  <Line>
    <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.2M20 4.5v4.7h-4.7" />
  </Line>
);

export const Gauge = () => (
  <Line>
    <path d="M5 18a8.5 8.5 0 1 1 14 0M12 14l4-4.5" />
  </Line>
);

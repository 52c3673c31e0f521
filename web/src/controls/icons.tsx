/** The line drawings of the page. They say nothing to a screen reader: their buttons have names. */
import type { ComponentChildren } from "preact";

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

export const Shelf = () => (
  <Line>
    <path d="M5 4h4v16H5zM9 6h4v14H9zM13.6 7.2l3.8-1 3.6 13-3.8 1z" />
  </Line>
);

export const Back = () => (
  <Line>
    <path d="M19 12H5M11 6l-6 6 6 6" />
  </Line>
);

export const Close = () => (
  <Line>
    <path d="M6 6l12 12M18 6L6 18" />
  </Line>
);

export const Chevron = () => (
  <Line>
    <path d="M7 10l5 5 5-5" />
  </Line>
);

export const Sheet = () => (
  <Line>
    <path d="M13.5 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5zM13.5 3.5v5h5M9 13h6M9 16.5h4" />
  </Line>
);

export const Upload = () => (
  <Line>
    <path d="M12 15V4.5M7.5 9L12 4.5 16.5 9M4.5 15v3A1.5 1.5 0 0 0 6 19.5h12a1.5 1.5 0 0 0 1.5-1.5v-3" />
  </Line>
);

export const Download = () => (
  <Line>
    <path d="M12 4.5V15M7.5 10.5L12 15l4.5-4.5M4.5 15v3A1.5 1.5 0 0 0 6 19.5h12a1.5 1.5 0 0 0 1.5-1.5v-3" />
  </Line>
);

export const Folder = () => (
  <Line>
    <path d="M3.5 7A1.5 1.5 0 0 1 5 5.5h4.2L11.5 8H19a1.5 1.5 0 0 1 1.5 1.5V17a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 17z" />
  </Line>
);

export const Globe = () => (
  <Line>
    <path d="M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17" />
  </Line>
);

export const Pencil = () => (
  <Line>
    <path d="M4.5 19.5l1-4L16 5l3 3L8.5 18.5zM13.5 7.5l3 3" />
  </Line>
);

export const Minus = () => (
  <Line>
    <path d="M5 12h14" />
  </Line>
);

export const Bin = () => (
  <Line>
    <path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10 11v5M14 11v5" />
  </Line>
);

export const Bars = () => (
  <Line>
    <path d="M4.5 7h15M4.5 12h15M4.5 17h15" />
  </Line>
);

export const SidePanel = () => (
  <Line>
    <rect x="3.5" y="4.5" width="17" height="15" rx="2.5" />
    <path d="M9.5 4.5v15" />
  </Line>
);

export const Lens = () => (
  <Line>
    <circle cx="11" cy="11" r="6" />
    <path d="M15.5 15.5L20 20" />
  </Line>
);

export const Dots = () => (
  <Line>
    <path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="2.6" />
  </Line>
);

export const Pin = () => (
  <Line>
    <path d="M9 4h6l-.6 6 3.1 3.5h-11L9.6 10zM12 13.5V20" />
  </Line>
);

export const Gear = () => (
  <Line>
    <circle cx="12" cy="12" r="3" />
    <path d="M12 3.5v2.3M12 18.2v2.3M3.5 12h2.3M18.2 12h2.3M6 6l1.6 1.6M16.4 16.4L18 18M18 6l-1.6 1.6M7.6 16.4L6 18" />
  </Line>
);

export const Person = () => (
  <Line>
    <circle cx="12" cy="8.5" r="3.7" />
    <path d="M4.8 20c.8-3.6 3.6-5.3 7.2-5.3s6.4 1.7 7.2 5.3" />
  </Line>
);

export const Clip = () => (
  <Line>
    <path d="M19 11.5l-7.3 7.3a4.6 4.6 0 0 1-6.5-6.5l7.8-7.8a3.1 3.1 0 0 1 4.4 4.4l-7.8 7.8a1.5 1.5 0 0 1-2.1-2.1l7-7" />
  </Line>
);

export const Camera = () => (
  <Line>
    <path d="M4.5 8h3l1.6-2.5h5.8L16.5 8h3A1.5 1.5 0 0 1 21 9.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-8A1.5 1.5 0 0 1 4.5 8z" />
    <circle cx="12" cy="13" r="3.2" />
  </Line>
);

export const Eye = () => (
  <Line>
    <path d="M2.8 12c2-4 5.3-6 9.2-6s7.2 2 9.2 6c-2 4-5.3 6-9.2 6s-7.2-2-9.2-6z" />
    <circle cx="12" cy="12" r="2.7" />
  </Line>
);

export const Image = () => (
  <Line>
    <rect x="4" y="5" width="16" height="14" rx="2" />
    <path d="M4.5 17l4.7-5 3.6 3.6 2.3-2.3 4.4 4.200M15 9.500h.01" />
  </Line>
);

export const Turn = () => (
  <Line>
    <path d="M5 10a7.2 7.2 0 0 1 12.6-2.500L19.5 9.500M19.5 5v4.500H15M19 14a7.2 7.2 0 0 1-12.6 2.500L4.5 14.500M4.5 19v-4.500H9" />
  </Line>
);

export const Left = () => (
  <Line>
    <path d="M14.5 7l-5 5 5 5" />
  </Line>
);

export const Right = () => (
  <Line>
    <path d="M9.5 7l5 5-5 5" />
  </Line>
);

export const Lock = () => (
  <Line>
    <rect x="5.5" y="10.5" width="13" height="9" rx="2" />
    <path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />
  </Line>
);

export const Onward = () => (
  <Line>
    <path d="M5 12h10M11.5 7.5L16 12l-4.5 4.5M19.5 6v12" />
  </Line>
);

export const Thought = () => (
  <Line>
    <path d="M9.5 17.5h5M10.5 20.5h3M12 3.5a6 6 0 0 0-3.5 10.9c.6.5 1 1.2 1 2v1.1h5v-1.1c0-.8.4-1.5 1-2A6 6 0 0 0 12 3.5z" />
  </Line>
);

export const Microphone = () => (
  <Line>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </Line>
);

export const Waves = () => (
  <Line>
    <path d="M4 10v4M8 7v10M12 4v16M16 7v10M20 10v4" />
  </Line>
);

export const Speaker = () => (
  <Line>
    <path d="M4 9.5v5h3.5l5 4v-13l-5 4zM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a7.8 7.8 0 0 1 0 11" />
  </Line>
);

export const SpeakerOff = () => (
  <Line>
    <path d="M4 9.5v5h3.5l5 4v-13l-5 4zM16.5 9.5l5 5M21.5 9.5l-5 5" />
  </Line>
);

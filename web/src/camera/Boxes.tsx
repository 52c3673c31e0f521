import type { WireLine, WireSeen } from "../api/wire";

/** The lines of text where they stand on the picture; they can be selected there. */
export function Boxes({ seen: { width, height, lines } }: { seen: WireSeen }) {
  // All of it stands beneath the picture too, where a screen reader finds it.
  return (
    <svg class="boxes" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {lines.map((line, index) => (
        <Line key={index} {...line} />
      ))}
    </svg>
  );
}

function Line({ text, box }: WireLine) {
  const [start = [0, 0], top = [0, 0], , bottom = [0, 0]] = box;
  const [along, across] = [between(start, top), between(start, bottom)];
  const turned = (Math.atan2(top[1] - start[1], top[0] - start[0]) * 180) / Math.PI;
  return (
    <g>
      <polygon points={box.map((corner) => corner.join()).join(" ")} />
      <text
        transform={`translate(${start.join()}) rotate(${turned})`}
        y={across * 0.8}
        font-size={across * 0.8}
        textLength={along}
        lengthAdjust="spacingAndGlyphs"
      >
        {text}
      </text>
    </g>
  );
}

function between([x, y]: readonly [number, number], [otherX, otherY]: readonly [number, number]): number {
  return Math.hypot(otherX - x, otherY - y);
}

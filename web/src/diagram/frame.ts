/**
 * Draws diagrams, within a frame of its own: Mermaid writes style sheets into what it draws, which the
 * page itself forbids. What it draws comes back as text, and is shown as a picture, which cannot act.
 */
import mermaid from "mermaid";

interface Wanted {
  id: number;
  source: string;
  dark: boolean;
}

window.addEventListener("message", (event: MessageEvent<Wanted>) => {
  if (event.origin === window.location.origin) queue = queue.then(() => draw(event.data));
});

// One after the other: Mermaid measures all of them in the same place.
let queue = Promise.resolve();
window.parent.postMessage({ id: 0 }, window.location.origin);

async function draw({ id, source, dark }: Wanted): Promise<void> {
  try {
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      suppressErrorRendering: true,
      theme: dark ? "dark" : "neutral",
      htmlLabels: false,
      flowchart: { htmlLabels: false },
      fontFamily: "system-ui, sans-serif",
      maxTextSize: 50_000,
    });
    const { svg } = await mermaid.render(`diagram-${id}`, source);
    tell({ id, svg: sized(svg) });
  } catch (error) {
    tell({ id, problem: error instanceof Error ? error.message : String(error) });
  }
}

/** As a picture it has the size that it was drawn in. */
function sized(svg: string): string {
  const drawing = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  const [, , width, height] = drawing?.getAttribute("viewBox")?.split(/\s+/) ?? [];
  if (!drawing || !width || !height) return svg;
  drawing.setAttribute("width", width);
  drawing.setAttribute("height", height);
  return new XMLSerializer().serializeToString(drawing);
}

function tell(message: { id: number; svg?: string; problem?: string }): void {
  window.parent.postMessage(message, window.location.origin);
}

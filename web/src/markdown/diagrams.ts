/** Asks the frame that draws diagrams, which is made when the first one is met. */

interface Answer {
  id: number;
  svg?: string;
  problem?: string;
}

/** How long the frame, or a drawing, may take. */
const PATIENCE_MS = 20_000;

const waiting = new Map<number, (answer: Answer) => void>();
let frame: Promise<HTMLIFrameElement> | null = null;
let last = 0;

/** A diagram as an SVG text. Raises: Error, with Mermaid's words. */
export async function drawn(source: string, dark: boolean): Promise<string> {
  frame ??= made();
  const { contentWindow } = await frame;
  const id = ++last;
  const answer = asked(id);
  contentWindow?.postMessage({ id, source, dark }, window.location.origin);
  const { svg, problem } = await answer;
  if (svg === undefined) throw new Error(problem);
  return svg;
}

async function made(): Promise<HTMLIFrameElement> {
  window.addEventListener("message", ({ origin, data }: MessageEvent<Answer>) => {
    if (origin === window.location.origin) waiting.get(data.id)?.(data);
  });
  const element = document.createElement("iframe");
  element.className = "diagrams";
  element.src = "diagram.html";
  element.title = "Mermaid";
  element.tabIndex = -1;
  element.ariaHidden = "true";
  const ready = asked(0);
  document.body.append(element);
  await ready;
  return element;
}

function asked(id: number): Promise<Answer> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(() => done({ id, problem: "timeout" }), PATIENCE_MS);
    const done = (answer: Answer) => {
      window.clearTimeout(timer);
      waiting.delete(id);
      resolve(answer);
    };
    waiting.set(id, done);
  });
}

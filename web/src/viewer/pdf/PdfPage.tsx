import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Place } from "../../browser/route";
import { say } from "../../language/language";
import { pieces as cut } from "../../text/words";
import { draw, type Drawing, type PDFDocumentProxy } from "./engine";
import { found } from "./find";
import { useNear } from "./frame";

interface Props {
  pdf: PDFDocumentProxy;
  number: number;
  width: number;
  /** Height for one of width, until the page's own is known. */
  shape: number;
  /** What of the passage stands on this page; empty if nothing does. */
  passage: string;
  target: Place;
}

/** One page; drawn while it is near, and empty else, so that a thousand of them fit. */
export function PdfPage({ pdf, number, width, shape, passage, target }: Props) {
  const words = say.value;
  const sheet = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const own = useSignal<number | null>(null);
  const unmarked = useSignal(false);
  const near = useNear(sheet);
  useEffect(() => {
    if (!near.value || !canvas.current || !layer.current) return undefined;
    const [paper, text] = [canvas.current, layer.current];
    let drawing: Drawing | null = null;
    let wanted = true;
    void pdf.getPage(number).then(async (page) => {
      if (!wanted) return;
      const { width: wide, height } = page.getViewport({ scale: 1 });
      own.value = height / wide;
      drawing = draw(page, width, paper, text);
      const { pieces, elements } = await drawing.done;
      unmarked.value = passage !== "" && !mark(pieces, elements, passage);
      if (number === target.page) text.querySelector("mark")?.scrollIntoView();
    }).catch(() => undefined); // stopped, because it is out of sight
    return () => {
      wanted = false;
      drawing?.stop();
      paper.width = paper.height = 0;
      text.replaceChildren();
    };
  }, [near.value, width, passage, target]);
  useEffect(() => {
    if (unmarked.value && number === target.page) sheet.current?.scrollIntoView();
  }, [unmarked.value, target]);
  const height = Math.round(width * (own.value ?? shape));
  return (
    <section class="sheet" ref={sheet} data-page={number} aria-label={words.pageTitle(number)}>
      {unmarked.value && (
        <blockquote class="unmarked">
          <p class="quiet">{words.passageUnmarked}</p>
          <p dir="auto">{passage}</p>
        </blockquote>
      )}
      <div class="paper" style={{ width: `${width}px`, height: `${height}px` }}>
        <canvas ref={canvas} aria-hidden="true" />
        <div class="textLayer" ref={layer} />
      </div>
    </section>
  );
}

/** Marks a passage in the text over a page; whether any of it was found there. */
function mark(pieces: readonly string[], elements: readonly HTMLElement[], passage: string): boolean {
  let any = false;
  for (const [index, ranges] of found(pieces, passage).entries()) {
    const [text, element] = [pieces[index], elements[index]];
    if (text === undefined || !element || ranges.length === 0) continue;
    any = true;
    element.replaceChildren(...cut(text, ranges).map(([piece, marked]) => (marked ? marking(piece) : piece)));
  }
  return any;
}

function marking(text: string): HTMLElement {
  const element = document.createElement("mark");
  element.textContent = text;
  return element;
}

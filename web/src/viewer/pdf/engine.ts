/** The one module that knows PDF.js: it opens a PDF, and draws a page of it with its text. */
import {
  getDocument,
  GlobalWorkerOptions,
  type PDFDocumentProxy,
  type PDFPageProxy,
  TextLayer,
} from "pdfjs-dist/legacy/build/pdf.mjs";
import { fileAddress } from "../../api/documents";
import { headers } from "../../api/server";

export type { PDFDocumentProxy, PDFPageProxy };

/** Addresses that the build knows: PDF.js's worker, and the folder of what it looks up. */
declare const PDF_WORKER: string;
declare const PDF_FOLDER: string;

/** More than this many dots for each of the page's own nobody sees. */
const SHARPEST = 2;

export interface Opening {
  document: Promise<PDFDocumentProxy>;
  close(): void;
}

export function open(id: string): Opening {
  GlobalWorkerOptions.workerSrc = absolute(PDF_WORKER);
  const folder = absolute(PDF_FOLDER);
  const task = getDocument({
    url: absolute(fileAddress(id)),
    httpHeaders: headers(),
    cMapUrl: `${folder}cmaps/`,
    standardFontDataUrl: `${folder}fonts/`,
    wasmUrl: `${folder}decoders/`,
    useWasm: false, // the page's policy allows none; the same decoders are there as plain JavaScript
    disableAutoFetch: true,
    verbosity: 0,
  });
  return { document: task.promise, close: () => void task.destroy() };
}

export interface Drawing {
  /** The text's pieces with the elements that hold them, once all is drawn. */
  done: Promise<{ pieces: readonly string[]; elements: readonly HTMLElement[] }>;
  stop(): void;
}

/** Draws a page as wide as `width` pixels into a canvas, and its text, unseen, over it. */
export function draw(page: PDFPageProxy, width: number, canvas: HTMLCanvasElement, layer: HTMLElement): Drawing {
  const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
  const sharpness = Math.min(window.devicePixelRatio || 1, SHARPEST);
  canvas.width = Math.floor(viewport.width * sharpness);
  canvas.height = Math.floor(viewport.height * sharpness);
  const picture = page.render({ canvas, viewport, transform: [sharpness, 0, 0, sharpness, 0, 0] });
  layer.replaceChildren();
  layer.style.setProperty("--total-scale-factor", String(viewport.scale));
  const text = new TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport });
  const both = Promise.all([picture.promise, text.render()]);
  return {
    done: both.then(() => ({ pieces: text.textContentItemsStr, elements: text.textDivs as HTMLElement[] })),
    stop: () => {
      picture.cancel();
      text.cancel();
    },
  };
}

function absolute(address: string): string {
  return new URL(address, document.baseURI).href;
}

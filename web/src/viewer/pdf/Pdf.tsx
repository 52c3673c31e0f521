import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { WireDocument, WireText } from "../../api/wire";
import type { Place } from "../../browser/route";
import { Notice } from "../../controls/Notice";
import { say } from "../../language/language";
import { pagesOf } from "../passage";
import { open, type PDFDocumentProxy } from "./engine";
import { PdfPage } from "./PdfPage";
import { PdfTools } from "./PdfTools";
import { useCurrentPage, useWidth } from "./frame";

interface Props {
  document: WireDocument;
  text: WireText;
  place: Place;
}

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** A PDF as it looks, page under page; those in view are drawn. */
export default function Pdf({ document, text, place }: Props) {
  const words = say.value;
  const frame = useRef<HTMLDivElement>(null);
  const pdf = useSignal<PDFDocumentProxy | null>(null);
  const broken = useSignal(false);
  /** Height for one of width, until a page's own is known. */
  const shape = useSignal(1.414);
  const zoom = useSignal(1);
  const width = useWidth(frame);
  const paper = Math.round(width.value * zoom.value);
  const current = useCurrentPage(frame, paper);
  const passages = useMemo(() => passageByPage(text, place), [text, place]);
  useEffect(() => {
    const opening = open(document.id);
    opening.document.then(
      async (opened) => {
        const { width, height } = (await opened.getPage(1)).getViewport({ scale: 1 });
        shape.value = height / width;
        pdf.value = opened;
      },
      () => (broken.value = true),
    );
    return () => opening.close();
  }, [document.id]);
  const show = (page: number) => frame.current?.querySelector(`[data-page="${page}"]`)?.scrollIntoView();
  useEffect(() => {
    if (pdf.value && place.page !== null) show(place.page);
  }, [pdf.value, place]);
  if (broken.value) {
    return (
      <Notice tone="trouble" action={null}>
        {words.pdfBroken}
      </Notice>
    );
  }
  const count = pdf.value?.numPages ?? 0;
  return (
    <>
      <PdfTools
        page={current.value}
        pages={count}
        show={show}
        zoom={(step) => (zoom.value = ZOOMS[ZOOMS.indexOf(zoom.value) + step] ?? zoom.value)}
      />
      <div class="pdf pages" ref={frame} tabIndex={0} role="region" aria-label={document.name} aria-busy={!pdf.value}>
        {!pdf.value && <p class="quiet">{words.opening}</p>}
        {pdf.value &&
          paper > 0 &&
          Array.from({ length: count }, (_, index) => (
            <PdfPage
              key={`${document.id} ${index}`}
              pdf={pdf.value as PDFDocumentProxy}
              number={index + 1}
              width={paper}
              shape={shape.value}
              passage={passages.get(index + 1) ?? ""}
              target={place}
            />
          ))}
      </div>
    </>
  );
}

/** The passage's text on each page that it stands on. */
function passageByPage(text: WireText, { passage }: Place): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const { page, text: written, passage: range } of pagesOf(text, passage)) {
    if (page !== null && range) found.set(page, (found.get(page) ?? "") + written.slice(...range));
  }
  return found;
}

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { WireText } from "../api/wire";
import type { Place } from "../browser/route";
import { say } from "../language/language";
import { pieces } from "../text/words";
import { pagesOf, type TextPage } from "./passage";

interface Props {
  text: WireText;
  place: Place;
  /** What stands above the text. */
  children: ComponentChildren;
}

/** A document's text, its passage marked and in view. */
export function TextPages({ text, place, children }: Props) {
  const words = say.value;
  const frame = useRef<HTMLDivElement>(null);
  const pages = useMemo(() => pagesOf(text, place.passage), [text, place]);
  useEffect(() => {
    const passage = frame.current?.querySelector("mark");
    const page = frame.current?.querySelector(`[data-page="${place.page}"]`);
    if (passage) passage.scrollIntoView({ block: "center" });
    else page?.scrollIntoView();
  }, [pages]);
  return (
    <div class="text pages" ref={frame} tabIndex={0} role="region" aria-label={words.textBody}>
      {children}
      {text.text.trim() ? pages.map((page, index) => <Page key={index} {...page} />) : <p class="quiet">{words.noText}</p>}
    </div>
  );
}

function Page({ page, text, passage }: TextPage) {
  return (
    <section class="page" data-page={page}>
      {page !== null && <h3>{say.value.pageTitle(page)}</h3>}
      <p class="written" dir="auto">
        {pieces(text, passage ? [passage] : []).map(([piece, marked], index) =>
          marked ? <mark key={index}>{piece}</mark> : piece,
        )}
      </p>
    </section>
  );
}

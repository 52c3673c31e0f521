import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { WireText } from "../api/wire";
import type { Place } from "../browser/route";
import { say } from "../language/language";
import { pieces, type Range } from "../text/words";
import { blocksOf, overlap, reflowed } from "./blocks";
import { pagesOf, type TextPage } from "./passage";

/** Formats in which every line end means something. */
const LINE_BY_LINE = new Set(["code", "json", "xml", "csv"]);

interface Props {
  format: string;
  text: WireText;
  place: Place;
  /** What stands above the text. */
  children: ComponentChildren;
}

/** A document's text, its passage marked and in view. */
export function TextPages({ format, text, place, children }: Props) {
  const words = say.value;
  const frame = useRef<HTMLDivElement>(null);
  const exact = LINE_BY_LINE.has(format);
  const pages = useMemo(() => pagesOf(text, place.passage), [text, place]);
  useEffect(() => {
    const passage = frame.current?.querySelector("mark");
    const page = frame.current?.querySelector(`[data-page="${place.page}"]`);
    (passage ?? page)?.scrollIntoView();
  }, [pages]);
  return (
    <div class={exact ? "text exact pages" : "text pages"} ref={frame} tabIndex={0} role="region" aria-label={words.textBody}>
      {children}
      {text.text.trim() ? (
        pages.map((page, index) => <Page key={index} exact={exact} {...page} />)
      ) : (
        <p class="quiet">{words.noText}</p>
      )}
    </div>
  );
}

function Page({ page, text, passage, exact }: TextPage & { exact: boolean }) {
  const shown = useMemo(() => (exact ? text : reflowed(text)), [text, exact]);
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <section class="page" data-page={page}>
      {page !== null && <h3>{say.value.pageTitle(page)}</h3>}
      {blocks.map((block, index) =>
        block.kind === "table" ? (
          <Table key={index} rows={block.rows} text={text} passage={passage} />
        ) : (
          <p key={index} class="written" dir="auto">
            <Marked text={shown} range={block.range} passage={passage} />
          </p>
        ),
      )}
    </section>
  );
}

interface TableProps {
  rows: readonly (readonly Range[])[];
  text: string;
  passage: Range | null;
}

function Table({ rows, text, passage }: TableProps) {
  return (
    <div class="table" role="region" aria-label={say.value.table} tabIndex={0}>
      <table>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((range, column) => (
                <td key={column} dir="auto">
                  <Marked text={text} range={range} passage={passage} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Marked({ text, range, passage }: { text: string; range: Range; passage: Range | null }) {
  return (
    <>
      {pieces(text, overlap(passage, range), ...range).map(([piece, marked], index) =>
        marked ? <mark key={index}>{piece}</mark> : piece,
      )}
    </>
  );
}

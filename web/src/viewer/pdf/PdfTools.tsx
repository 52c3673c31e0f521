import type { ComponentChildren } from "preact";
import { Chevron, Minus, Plus } from "../../controls/icons";
import { say } from "../../language/language";

interface Props {
  page: number;
  pages: number;
  show(page: number): void;
  /** Larger (1) or smaller (-1). */
  zoom(step: number): void;
}

/** Which page is in view, the way to others, and how large they are. */
export function PdfTools({ page, pages, show, zoom }: Props) {
  const words = say.value;
  return (
    <div class="pdf-tools" role="toolbar" aria-label={words.viewer}>
      <Tool title={words.previousPage} run={() => show(Math.max(1, page - 1))} class="up">
        <Chevron />
      </Tool>
      <Tool title={words.nextPage} run={() => show(Math.min(pages, page + 1))}>
        <Chevron />
      </Tool>
      <label>
        <span class="unseen">{words.pageNumber}</span>
        <input
          type="number"
          min={1}
          max={pages || 1}
          value={page}
          onChange={({ currentTarget }) => show(Number(currentTarget.value))}
        />
      </label>
      <span class="quiet">{pages > 0 && words.ofPages(pages)}</span>
      <span class="gap" />
      <Tool title={words.smaller} run={() => zoom(-1)}>
        <Minus />
      </Tool>
      <Tool title={words.larger} run={() => zoom(1)}>
        <Plus />
      </Tool>
    </div>
  );
}

interface ToolProps {
  title: string;
  run(): void;
  class?: string;
  children: ComponentChildren;
}

function Tool({ title, run, class: name = "", children }: ToolProps) {
  return (
    <button type="button" class={`icon ${name}`} title={title} aria-label={title} onClick={run}>
      {children}
    </button>
  );
}

import katex from "katex";

/** Where the build put KaTeX's style sheet. */
declare const MATH_STYLE: string;

let styled = false;

/** Writes a formula into an element; what is no TeX is shown as it is, marked as wrong. */
export function write(place: HTMLElement, source: string, display: boolean): void {
  if (!styled) addStyle();
  // As elements, not as HTML: the page's policy takes no styles out of a text.
  katex.render(source, place, { displayMode: display, throwOnError: false, trust: false, maxSize: 20, maxExpand: 500 });
}

function addStyle(): void {
  styled = true;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = MATH_STYLE;
  document.head.append(link);
}

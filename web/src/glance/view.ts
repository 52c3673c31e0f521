/** What /glance shows, and the elements it has. */
import * as language from "../language/choice";
import { loudness } from "../voice/loudness";
import { WORDS, type Words } from "./words";

/** idle: nothing is going on. */
export type Stand = "idle" | "opening" | "listening" | "hearing" | "finishing" | "thinking" | "answering";

const NAMED_AT_MOST = 4;

export const words: Words = WORDS[language.first()];
export const answer = element("answer", HTMLElement);
export const text = element("text", HTMLParagraphElement);
export const title = element("answer", HTMLElement).getElementsByTagName("h1")[0];
export const form = element("ask", HTMLFormElement);
export const field = element("question", HTMLInputElement);
export const buttons = element("buttons", HTMLElement);
const controls = element("controls", HTMLElement);
export const talk = element("talk", HTMLButtonElement);
export const hands = element("hands", HTMLButtonElement);
export const type = element("type", HTMLButtonElement);
export const documents = element("documents", HTMLButtonElement);
export const recording = element("recording", HTMLInputElement);
const sources = element("sources", HTMLParagraphElement);
const secure = element("secure", HTMLAnchorElement);
const meter = element("meter", HTMLElement);
const standing = element("state", HTMLElement);
let begins: string = words.talk;
const submit = form.getElementsByTagName("button")[0];

/** Everything in the reader's language. */
export function begin(): void {
  document.documentElement.lang = words.tag;
  document.title = words.name;
  ask(words.name);
  show(words.hint);
  field.setAttribute("aria-label", words.question);
  field.placeholder = words.question;
  form.setAttribute("aria-label", words.ask);
  controls.setAttribute("aria-label", words.controls);
  meter.setAttribute("aria-label", words.loud);
  recording.setAttribute("aria-label", words.record);
  hands.textContent = words.hands;
  type.textContent = words.type;
  documents.textContent = words.documents;
  rest();
}

/** What goes on, and what the one button does about it. */
export function stand(state: Stand, action: string): void {
  standing.textContent = words[state];
  talk.textContent = action;
  talk.classList.toggle("on", state !== "idle");
  if (submit) submit.textContent = state === "idle" ? words.ask : words.stop;
  const hears = state === "listening" || state === "hearing" || state === "answering";
  meter.hidden = !hears;
  if (!hears) level(0);
}

/** Nothing goes on; the one button begins `action`. */
export function rest(action: string = begins): void {
  begins = action;
  stand("idle", begins);
}

export function level(value: number): void {
  const loud = loudness(value);
  meter.style.setProperty("--loud", String(loud));
  meter.setAttribute("aria-valuenow", String(Math.round(loud * 100)));
}

/** The question. */
export function ask(question: string): void {
  if (title) title.textContent = question;
  sources.textContent = "";
}

/** What the answer rests on: documents, with their pages where they have some. */
export function name(places: readonly (readonly [document: string, page: number | null])[]): void {
  const names = places.map(([document, page]) => document + (page === null ? "" : words.page.replace("#", String(page))));
  sources.textContent = words.from + [...new Set(names)].slice(0, NAMED_AT_MOST).join(words.and);
}

/** There are documents, and whether questions look into them. */
export function look(used: boolean): void {
  documents.hidden = false;
  documents.setAttribute("aria-pressed", String(used));
}

export function show(content: string, trouble = false): void {
  text.textContent = plain(content);
  text.classList.toggle("trouble", trouble);
  secure.hidden = true;
}

/** Something beside what is shown. */
export function note(content: string): void {
  standing.textContent = content;
}

/** Where the browser gives a microphone. */
export function offer(address: string): void {
  secure.href = secure.textContent = address;
  secure.hidden = false;
}

/** A place to type. */
export function unfold(open = true): void {
  form.hidden = !open;
  (open ? field : talk).focus();
}

/** Markdown without its marks: what is drawn elsewhere would only be in the way here. */
function plain(content: string): string {
  return content
    .replace(/^ *```.*\n?/gm, "")
    .replace(/\*\*|`/g, "")
    .replace(/^#{1,6} +/gm, "")
    .replace(/^( *)[-*] +/gm, "$1• ");
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`glance.html has no ${id}`);
  return found;
}

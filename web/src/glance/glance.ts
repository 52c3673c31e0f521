/** The assistant in one column of large letters, for who has no pointer and few pixels. */
import * as api from "../api/conversations";
import { failureOf } from "../api/failure";
import type { WireMessage } from "../api/wire";
import * as language from "../language/choice";
import "./glance.css";
import { WORDS } from "./words";

const SCROLLED = 0.8; // of what is seen

const words = WORDS[language.first()];
const answer = element("answer", HTMLElement);
const text = element("text", HTMLParagraphElement);
const title = document.querySelector("h1");
const form = element("ask", HTMLFormElement);
const field = element("question", HTMLInputElement);
const button = form.querySelector("button");

let conversation: string | null = null;
let last: string | null = null;
let following: AbortController | null = null;

document.documentElement.lang = words.tag;
document.title = words.name;
if (title) title.textContent = words.name;
text.textContent = words.hint;
field.setAttribute("aria-label", words.question);
form.setAttribute("aria-label", words.ask);
field.placeholder = words.question;
state(false);
field.focus();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = field.value.trim();
  if (following) stop();
  else if (question) void ask(question);
});

window.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const step = { ArrowDown: SCROLLED, PageDown: SCROLLED, ArrowUp: -SCROLLED, PageUp: -SCROLLED }[event.key];
  if (step) {
    event.preventDefault();
    answer.scrollBy({ top: step * answer.clientHeight });
  } else if (event.key === "Escape") stop();
});

async function ask(question: string): Promise<void> {
  following = new AbortController();
  state(true);
  field.value = "";
  if (title) title.textContent = question;
  show(words.wait);
  try {
    conversation ??= (await api.begun()).id;
    const wish = { text: question, parent: last, attachments: [], filter: null };
    const { messages } = await api.answer(conversation, wish, { system: "", options: {} });
    const begun = messages.at(-1);
    if (begun) await follow(conversation, begun, following.signal);
  } catch (error) {
    const { cause, message } = failureOf(error);
    show(cause === "locked" ? words.key : cause === "pin" ? words.pin : message || words.gone, true);
  }
  following = null;
  state(false);
  field.focus();
}

async function follow(id: string, begun: WireMessage, signal: AbortSignal): Promise<void> {
  let written = begun.text;
  for await (const event of api.events(id, begun.id, begun.events ?? 0, signal)) {
    if (event.text) show((written += event.text));
    if (!event.message) continue;
    last = event.message.id;
    show(event.message.failure?.message || event.message.text, event.message.state === "failed");
  }
}

function stop(): void {
  if (conversation && following) void api.stop(conversation).catch(() => undefined);
}

function state(answering: boolean): void {
  if (button) button.textContent = answering ? words.stop : words.ask;
}

function show(content: string, trouble = false): void {
  text.textContent = content;
  text.classList.toggle("trouble", trouble);
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`glance.html has no ${id}`);
  return found;
}

/** The assistant in one column of large letters, for who has no pointer and few pixels: by voice first. */
import { health } from "../api/assistant";
import { hold } from "../voice/hold";
import * as asking from "./asking";
import * as hearing from "./hearing";
import * as view from "./view";
import "./glance.css";

const SCROLLED = 0.8; // of what is seen

view.begin();
view.talk.focus();
void begin();

/** Where nobody hears, one types. */
async function begin(): Promise<void> {
  const state = await health().catch(() => null);
  if (state?.ready && state.documents === "some") asking.offerDocuments();
  if (state?.ready && !state.hears) {
    view.talk.hidden = view.hands.hidden = view.type.hidden = true;
    view.buttons.hidden = view.documents.hidden;
    if (view.text.textContent === view.words.hint) view.show(view.words.typeHint);
    view.unfold();
  } else hearing.prepare();
}

const holding = hold({
  pressed() {
    if (hearing.isListening()) void hearing.finish();
    else if (!asking.stop() && !hearing.quit()) {
      if (hearing.lacks) view.recording.click();
      else void hearing.listen();
    }
  },
  released(held) {
    if (held && hearing.isListening()) void hearing.finish();
  },
});
for (const [name, heard] of Object.entries(holding)) view.talk.addEventListener(name.slice(2).toLowerCase(), heard as EventListener);

view.hands.addEventListener("click", () => {
  asking.stop();
  if (view.hands.ariaPressed === "true") hearing.end();
  else if (!hearing.quit()) void hearing.converse();
});
view.documents.addEventListener("click", asking.toggleDocuments);
view.type.addEventListener("click", () => view.unfold(view.form.hidden === true));
view.recording.addEventListener("change", () => {
  const file = view.recording.files?.[0];
  if (file) void hearing.take(file);
  view.recording.value = "";
});

view.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = view.field.value.trim();
  if (asking.stop() || !question) return;
  view.field.value = "";
  hearing.end();
  void asking.ask(question, false);
});

window.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: SCROLLED, PageDown: SCROLLED, ArrowUp: -SCROLLED, PageUp: -SCROLLED }[event.key];
  if (step) {
    event.preventDefault();
    view.answer.scrollBy({ top: step * view.answer.clientHeight });
  } else if (event.key === "Escape") {
    if (!asking.stop() && !hearing.quit() && !view.talk.hidden) view.unfold(false);
  } else if (event.target !== view.field || view.field.value === "") choose(event);
});

/** Left and right lead from button to button; a letter begins a question that is typed. */
function choose(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by) {
    const buttons = [...view.buttons.querySelectorAll("button")].filter((each) => each.offsetParent !== null);
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons.at((at + by) % buttons.length)?.focus();
  } else if (event.key.length === 1 && event.key !== " ") view.unfold();
}

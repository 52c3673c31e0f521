/** The conversation at /glance: asked by typing or aloud, and answered in text and sound. */
import * as api from "../api/conversations";
import { failureOf } from "../api/failure";
import type { Asking } from "../api/voice";
import type { WireMessage } from "../api/wire";
import { answersAloud } from "../voice/choices";
import type { Spoken } from "../voice/spoken";
import * as view from "./view";

let conversation: string | null = null;
let last: string | null = null;
let following: AbortController | null = null;
let spoken: Spoken | null = null;

/** How it goes on. */
export async function asking(): Promise<Asking> {
  conversation ??= (await api.begun()).id;
  return { conversation, options: {}, filter: null };
}

/** Something was asked by voice: its answer is this message. */
export function begun(message: string): void {
  last = message;
}

/** Asks, and shows the answer while it is written; `aloud`: it is said, too. */
export async function ask(question: string, aloud: boolean): Promise<void> {
  view.ask(question);
  view.show(view.words.wait);
  view.stand("thinking", view.words.stop);
  try {
    if (aloud && answersAloud()) await say(question);
    else await write(question);
  } catch (error) {
    view.show(troubleOf(error), true);
  }
  following = spoken = null;
  view.rest();
}

/** Whether there was something to be stopped. */
export function stop(): boolean {
  if (following && conversation) void api.stop(conversation).catch(() => undefined);
  spoken?.stop();
  return following !== null || spoken !== null;
}

export function troubleOf(error: unknown): string {
  const { cause, message } = failureOf(error);
  const { words } = view;
  return cause === "locked" ? words.key : cause === "pin" ? words.pin : message || words.gone;
}

async function say(question: string): Promise<void> {
  const { Spoken } = await import("../voice/parts");
  let written = "";
  spoken = new Spoken({
    begun,
    text(delta) {
      if (!written) view.stand("answering", view.words.stop);
      view.show((written += delta));
    },
    voiceless: () => view.note(view.words.voiceless),
  });
  await spoken.answer(question, await asking());
}

async function write(question: string): Promise<void> {
  following = new AbortController();
  const { conversation: id } = await asking();
  const wish = { text: question, parent: last, attachments: [], filter: null };
  const { messages } = await api.answer(id, wish, { system: "", options: {} });
  const answer = messages.at(-1);
  if (answer) await follow(id, answer, following.signal);
}

async function follow(id: string, begun: WireMessage, signal: AbortSignal): Promise<void> {
  let written = begun.text;
  for await (const event of api.events(id, begun.id, begun.events ?? 0, signal)) {
    if (event.text) view.show((written += event.text));
    if (!event.message) continue;
    last = event.message.id;
    view.show(event.message.failure?.message || event.message.text, event.message.state === "failed");
  }
}

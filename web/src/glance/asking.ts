/** The conversation at /glance: asked by typing or aloud, and answered in text and sound. */
import * as api from "../api/conversations";
import { failureOf, lost } from "../api/failure";
import type { Asking } from "../api/voice";
import type { WireFilter, WireMessage } from "../api/wire";
import { usual } from "../documents/scope";
import { answersAloud } from "../voice/choices";
import type { Spoken } from "../voice/spoken";
import * as view from "./view";

let conversation: string | null = null;
let last: string | null = null;
let following: AbortController | null = null;
let spoken: Spoken | null = null;
/** The documents that questions look into. */
let filter: WireFilter | null = null;

/** There are documents: questions look into those that were chosen in this browser, if any were. */
export function offerDocuments(): void {
  filter = usual.read();
  view.look(filter !== null);
}

/** Switches whether questions look into documents. */
export function toggleDocuments(): void {
  filter = filter ? null : {};
  usual.keep(filter);
  if (conversation) void api.change(conversation, { filter }).catch(() => undefined);
  view.look(filter !== null);
}

/** How it goes on. */
export async function asking(): Promise<Asking> {
  conversation ??= (await api.begun(filter)).id;
  return { conversation, options: {}, filter };
}

/** Something was asked by voice: its answer is this message. */
export function begun(message: string): void {
  last = message;
  if (filter && conversation) void follow(conversation, message, () => undefined).catch(() => undefined);
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
  const wish = { text: question, parent: last, attachments: [], filter };
  const { messages } = await api.answer(id, wish, { system: "", options: {} });
  const answer = messages.at(-1);
  if (!answer) return;
  last = answer.id;
  let written = "";
  const { text, failure, state } = await follow(id, answer.id, (delta) => view.show((written += delta)), following.signal);
  view.show(failure?.message || text, state === "failed");
}

/** Names what an answer rests on while it is written, and tells its text; all of it in the end. */
async function follow(id: string, message: string, tell: (delta: string) => void, signal = new AbortController().signal): Promise<WireMessage> {
  for await (const { text, sources, message: whole } of api.events(id, message, 0, signal)) {
    if (text) tell(text);
    const cited = whole?.citations?.map(({ name, page }) => [name, page] as const) ?? [];
    const found = sources?.map(({ name, first_page }) => [name, first_page] as const) ?? [];
    if (message === last && cited.length + found.length > 0) view.name(cited.length > 0 ? cited : found);
    if (whole) return whole;
  }
  throw lost();
}

/** What is spoken at /glance: to the one button, without hands, or into a recording. */
import { transcribed } from "../api/voice";
import { choices } from "../voice/choices";
import type { Dictation } from "../voice/dictation";
import { secureAddress } from "../browser/secure";
import type { Lack } from "../voice/sound/microphone";
import type { Talk } from "../voice/talk";
import * as asking from "./asking";
import * as view from "./view";

const parts = () => import("../voice/parts");
const { words } = view;

/** opening: the microphone; ending: what was said last is being recognized. */
let dictation: Dictation | "opening" | "ending" | null = null;
let talk: Talk | null = null;
let answering = false;
let attempt = 0;

/** Whether the microphone can be had; without it, the button takes recordings. */
export let lacks = !window.isSecureContext;

/** Fetches what will be needed, before it is. */
export function prepare(): void {
  if (lacks) explain("insecure");
  else void parts().catch(() => undefined);
}

/** Listens until a pause, or until `finish`. */
export async function listen(): Promise<void> {
  const mine = ++attempt;
  dictation = "opening";
  view.stand("opening", words.stop);
  view.ask(words.name);
  view.show("");
  try {
    const { Dictation } = await parts();
    const begun = await Dictation.begin({
      level: view.level,
      text: (text) => mine === attempt && view.show(text),
      paused: () => mine === attempt && void finish(),
      broken: (error) => fail(mine, error),
    });
    if (mine !== attempt) return begun.cancel();
    dictation = begun;
    view.stand("listening", words.send);
  } catch (error) {
    fail(mine, error);
  }
}

/** Whether someone is being listened to. */
export function isListening(): boolean {
  return typeof dictation === "object" && dictation !== null;
}

/** Asks what was said. */
export async function finish(): Promise<void> {
  if (typeof dictation !== "object" || dictation === null) return;
  const mine = ++attempt;
  const ended = dictation;
  dictation = "ending";
  view.stand("finishing", words.stop);
  try {
    const question = (await ended.finish()).trim();
    if (mine !== attempt) return;
    dictation = null;
    if (question) return await asking.ask(question, true);
    quiet();
  } catch (error) {
    fail(mine, error);
  }
}

/** Begins a conversation without hands. */
export async function converse(): Promise<void> {
  const mine = ++attempt;
  view.stand("opening", words.end);
  view.ask(words.name);
  view.show("");
  view.hands.setAttribute("aria-pressed", "true");
  try {
    const { Talk } = await parts();
    const begun = new Talk({
      level: view.level,
      changed({ phase, heard, answer }) {
        answering = phase === "answering" || phase === "thinking";
        view.ask(answering || phase === "listening" ? heard || words.name : words.name);
        view.show(phase === "hearing" ? heard : answer);
        view.stand(phase, answering ? words.stop : words.end);
      },
      begun: asking.begun,
      failed: (error) => view.show(asking.troubleOf(error), true),
      broken: (error) => (error ? fail(mine, error) : quiet()),
      voiceless: () => view.note(words.voiceless),
    });
    talk = begun;
    await begun.begin(asking.asking);
  } catch (error) {
    fail(mine, error);
  }
}

/** Ends the latest of all that goes on; whether there was something. */
export function quit(): boolean {
  if (talk && answering) talk.interrupt();
  else if (talk || dictation) quiet();
  else return false;
  return true;
}

/** Whatever is heard or said. */
export function end(): void {
  if (talk || dictation) quiet();
}

/** Takes a recording in the place of what a microphone would hear. */
export async function take(file: File): Promise<void> {
  view.stand("finishing", words.stop);
  try {
    await asking.ask(await transcribed(file, file.name || "recording", choices().language, new AbortController().signal), true);
  } catch (error) {
    view.show(asking.troubleOf(error), true);
  }
  view.rest();
}

function quiet(): void {
  attempt += 1;
  if (typeof dictation === "object") dictation?.cancel();
  talk?.end();
  dictation = talk = null;
  answering = false;
  view.hands.setAttribute("aria-pressed", "false");
  view.rest();
}

function fail(mine: number, error: unknown): void {
  if (mine !== attempt) return;
  quiet();
  const lack = (error as { lack?: Lack }).lack;
  if (lack) explain(lack);
  else view.show(asking.troubleOf(error), true);
}

function explain(lack: Lack): void {
  lacks = true;
  view.show(words[lack]);
  if (lack === "insecure") view.offer(secureAddress(window.location));
  view.hands.hidden = true;
  view.rest(words.record);
}

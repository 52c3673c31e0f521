/** What was said, put together from what is told of it. Pure. */
import type { WireHeard } from "../api/voice";

const TIGHT = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u30ff]/; // of scripts without spaces

export class Heard {
  private readonly utterances = new Map<number, string>();

  /** Takes one more event; whether it changed the text. */
  add({ type, utterance, text = "" }: WireHeard): boolean {
    if (type === "speech") return false;
    this.utterances.set(utterance, text.trim());
    return true;
  }

  get text(): string {
    return [...this.utterances.values()].reduce(joined, "");
  }
}

/** Two texts one after the other, with a space where their script has them. */
export function joined(before: string, after: string): string {
  if (!before || !after || /\s$/.test(before)) return before + after;
  return TIGHT.test(before.at(-1) ?? "") && TIGHT.test(after[0] ?? "") ? before + after : `${before} ${after}`;
}

/** Whether there are words in it, and not only a cough. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

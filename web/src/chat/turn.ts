import type { Failure } from "../api/failure";
import type { WireCitation, WireFilter, WireMessage, WirePassage, WireTimings } from "../api/wire";

/** waiting: nothing written yet. cut: ended by the length limit. */
export type AnswerState = "waiting" | "writing" | "done" | "cut" | "stopped" | "failed";

export interface Answer {
  state: AnswerState;
  text: string;
  failure?: Failure;
  timings?: WireTimings;
  /** What was found in the documents; none where they were not asked. */
  passages?: readonly WirePassage[];
  citations?: readonly WireCitation[];
}

/** A question with its answer. */
export interface Turn {
  id: string;
  question: string;
  /** The documents that the question looks into; none where it looks into no documents. */
  filter?: WireFilter;
  answer: Answer;
}

const UNANSWERED: Answer = { state: "waiting", text: "" };

export function asked(
  turns: readonly Turn[],
  id: string,
  question: string,
  filter: WireFilter | null = null,
): readonly Turn[] {
  return [...turns, { id, question, ...(filter && { filter }), answer: UNANSWERED }];
}

/** The same turns with something new in the last answer. */
export function answered(turns: readonly Turn[], news: Partial<Answer>): readonly Turn[] {
  const last = turns.at(-1);
  if (!last) return turns;
  return [...turns.slice(0, -1), { ...last, answer: { ...last.answer, ...news } }];
}

/** The same turns with the last question waiting for another answer. */
export function reopened(turns: readonly Turn[]): readonly Turn[] {
  const last = turns.at(-1);
  return last ? [...turns.slice(0, -1), { ...last, answer: UNANSWERED }] : turns;
}

export function isOpen(turns: readonly Turn[]): boolean {
  const state = turns.at(-1)?.answer.state;
  return state === "waiting" || state === "writing";
}

/** What the model reads: every answered turn, then the open question. */
export function messages(turns: readonly Turn[]): WireMessage[] {
  const last = turns.at(-1);
  return turns.flatMap(({ question, answer }, index): WireMessage[] => {
    if (last && index === turns.length - 1) return [{ role: "user", content: question }];
    // Many chat templates insist on user and assistant in turn, so a question
    // that was never answered is left out.
    if (!answer.text) return [];
    return [
      { role: "user", content: question },
      { role: "assistant", content: answer.text },
    ];
  });
}

/** Turns as they were kept; an answer that a reload broke off counts as stopped. */
export function restored(kept: string | null): readonly Turn[] {
  if (kept === null) return [];
  try {
    const turns = JSON.parse(kept) as readonly Turn[];
    return isOpen(turns) ? answered(turns, { state: "stopped" }) : turns;
  } catch {
    return [];
  }
}

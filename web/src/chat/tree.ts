/** A conversation's tree of messages, and the branch of it that is shown. Pure. */
import type { WireMessage } from "../api/wire";

/** A question with its answer, and what else was asked or answered in their places. */
export interface Turn {
  id: string;
  /** None where an answer stands alone, as in what was imported. */
  question: WireMessage | null;
  answer: WireMessage | null;
  /** The messages in each one's place, in the order in which they came. */
  questions: readonly string[];
  answers: readonly string[];
}

/** The turns of the branch that ends with `leaf`. */
export function turnsOf(messages: readonly WireMessage[], leaf: string | null): readonly Turn[] {
  const children = childrenOf(messages);
  const ids = (parent: string | null, role: WireMessage["role"]) =>
    (children.get(parent) ?? []).filter((each) => each.role === role).map(({ id }) => id);
  const turns: Turn[] = [];
  for (const message of branchOf(messages, leaf)) {
    const open = turns.at(-1);
    if (message.role === "user") {
      turns.push({ id: message.id, question: message, answer: null, questions: ids(message.parent, "user"), answers: [] });
    } else if (open && !open.answer) {
      turns[turns.length - 1] = { ...open, answer: message, answers: ids(message.parent, "assistant") };
    } else {
      turns.push({ id: message.id, question: null, answer: message, questions: [], answers: ids(message.parent, "assistant") });
    }
  }
  return turns;
}

/** The end of the branch through a message that was written last. */
export function leafUnder(messages: readonly WireMessage[], id: string): string {
  const children = childrenOf(messages);
  for (;;) {
    const last = children.get(id)?.at(-1);
    if (!last) return id;
    id = last.id;
  }
}

function branchOf(messages: readonly WireMessage[], leaf: string | null): WireMessage[] {
  const known = new Map(messages.map((message) => [message.id, message]));
  const branch: WireMessage[] = [];
  for (let id = leaf; id !== null; ) {
    const message = known.get(id);
    if (!message) break;
    known.delete(id);
    branch.push(message);
    id = message.parent;
  }
  return branch.reverse();
}

function childrenOf(messages: readonly WireMessage[]): Map<string | null, WireMessage[]> {
  const children = new Map<string | null, WireMessage[]>();
  for (const message of messages) {
    const siblings = children.get(message.parent);
    if (siblings) siblings.push(message);
    else children.set(message.parent, [message]);
  }
  return children;
}

import { say } from "../language/language";
import type { Turn } from "../chat/turn";

/** Tells a screen reader that an answer began, and reads it once it is complete. */
export function Announcer({ turn }: { turn: Turn | undefined }) {
  const words = say.value;
  const state = turn?.answer.state;
  const open = state === "waiting" || state === "writing";
  return (
    <p class="unseen" role="status">
      {open && words.answering}
      {turn && state === "done" && words.answered(turn.answer.text)}
    </p>
  );
}

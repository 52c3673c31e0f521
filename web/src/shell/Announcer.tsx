import { say } from "../language/language";
import type { Turn } from "../chat/tree";

/** Tells a screen reader that an answer began, and reads it once it is complete; `aloud`: it is said anyway. */
export function Announcer({ turn, aloud }: { turn: Turn | undefined; aloud: boolean }) {
  const words = say.value;
  const answer = turn?.answer;
  return (
    <p class="unseen" role="status">
      {answer?.state === "writing" && words.answering}
      {answer?.state === "done" && !aloud && words.answered(answer.text)}
    </p>
  );
}

import { say } from "../language/language";
import type { Turn } from "../chat/tree";

/** Tells a screen reader that an answer began, and reads it once it is complete. */
export function Announcer({ turn }: { turn: Turn | undefined }) {
  const words = say.value;
  const answer = turn?.answer;
  return (
    <p class="unseen" role="status">
      {answer?.state === "writing" && words.answering}
      {answer?.state === "done" && words.answered(answer.text)}
    </p>
  );
}

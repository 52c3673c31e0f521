import type { Failure } from "./failure";
import type { Messages } from "../language/en";

/** What happened and what to do, in the server's own words where it has some. */
export function failureText(failure: Failure, words: Messages): string {
  if (failure.cause === "lost") return words.lost;
  // What else is wrong, the connection's own notice says.
  if (failure.cause === "gone" || failure.cause === "locked") return words.unanswered;
  return failure.message || words.unexpected(failure.status);
}

import { say } from "../language/language";
import type { History } from "./history";

/** Says what was thrown away just now, and brings it back. */
export function Undo({ history }: { history: History }) {
  const words = say.value;
  const removed = history.removed.value;
  return (
    <div class="undo" role="status">
      {removed && (
        <p>
          <span dir="auto">{words.removedChat(removed.title || words.untitledChat)}</span>
          <button type="button" class="plain" onClick={() => void history.undo()}>
            {words.undo}
          </button>
        </p>
      )}
    </div>
  );
}

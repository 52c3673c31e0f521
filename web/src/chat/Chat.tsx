import { say } from "../language/language";
import { Down } from "../controls/icons";
import { AnswerView } from "./AnswerView";
import type { Conversation } from "./conversation";
import type { Stick } from "./stick";
import { Welcome } from "./Welcome";
import "./chat.css";

interface Props {
  conversation: Conversation;
  stick: Stick;
  /** Whether a message could be answered now. */
  ready: boolean;
  ask(question: string): void;
  /** Writes a question anew. */
  edit(question: string): void;
}

/** The conversation, oldest turn first, or the welcome while there is none. */
export function Chat({ conversation, stick, ready, ask, edit }: Props) {
  const turns = conversation.turns.value;
  const hasPrevious = conversation.previous.value.length > 0;
  const last = turns.at(-1);
  const again = () => void conversation.again();
  const editLast = () => edit(conversation.takeBack());
  return (
    <main class="chat" aria-label={say.value.conversation}>
      <div class="frame" ref={stick.frame} tabIndex={-1}>
        <div class="column" ref={stick.content}>
          {turns.length === 0 && (
            <Welcome ask={ask} goBack={hasPrevious ? () => conversation.goBack() : null} />
          )}
          {turns.map((turn) => (
            <article key={turn.id} class="turn">
              <div class="question">
                <h2 class="unseen">{say.value.you}</h2>
                <p dir="auto">{turn.question}</p>
              </div>
              <AnswerView
                question={turn.question}
                answer={turn.answer}
                again={ready && turn === last ? again : null}
                edit={turn === last ? editLast : null}
              />
            </article>
          ))}
        </div>
      </div>
      {!stick.atEnd.value && (
        <button type="button" class="latest icon" title={say.value.latest} aria-label={say.value.latest} onClick={stick.toEnd}>
          <Down />
        </button>
      )}
    </main>
  );
}

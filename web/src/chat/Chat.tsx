import { say } from "../language/language";
import { Down } from "../shell/icons";
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
}

/** The conversation, oldest turn first, or the welcome while there is none. */
export function Chat({ conversation, stick, ready, ask }: Props) {
  const turns = conversation.turns.value;
  const hasPrevious = conversation.previous.value.length > 0;
  const again = () => void conversation.again();
  return (
    <main class="chat" aria-label={say.value.conversation}>
      <div class="frame" ref={stick.frame} tabIndex={-1}>
        <div class="column" ref={stick.content}>
          {turns.length === 0 && (
            <Welcome ask={ask} goBack={hasPrevious ? () => conversation.goBack() : null} />
          )}
          {turns.map(({ id, question, answer }) => (
            <article key={id} class="turn">
              <div class="question">
                <h2 class="unseen">{say.value.you}</h2>
                <p dir="auto">{question}</p>
              </div>
              <AnswerView
                answer={answer}
                again={ready && id === turns.at(-1)?.id ? again : null}
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

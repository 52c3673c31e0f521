import { useEffect, useRef } from "preact/hooks";
import type { Failure } from "../api/failure";
import { AnswerView } from "./AnswerView";
import type { Conversation } from "./conversation";
import type { Nearness } from "./near";
import { Question } from "./Question";
import type { Turn } from "./tree";

interface Props {
  turn: Turn;
  conversation: Conversation;
  nearness: Nearness | null;
  last: boolean;
  /** Whether a message could be answered now. */
  ready: boolean;
  /** Puts the question that was refused back where it was written. */
  takeBack(): void;
}

/** A question with its answer; far from what is seen, only the room that they take. */
export function TurnView({ turn, conversation, nearness, last, ready, takeBack }: Props) {
  const place = useRef<HTMLElement>(null);
  const { question, answer } = turn;
  const near = nearness?.of(turn.id, last).value ?? last;
  const drawn = near || last || answer?.state === "writing";
  useEffect(() => (place.current && nearness ? nearness.watch(turn.id, place.current) : undefined), [nearness, turn.id]);
  const length = (question?.text.length ?? 0) + (answer?.text.length ?? 0);
  const height = drawn ? undefined : nearness?.heightOf(turn.id, length);
  const free = ready && !conversation.answering.value;
  const refusal: Failure | null = last ? conversation.refusal.value : null;
  const show = (message: string) => conversation.show(message);
  return (
    <article ref={place} class="turn" style={{ height: height === undefined ? "" : `${height}px` }}>
      {drawn && question && (
        <Question
          message={question}
          conversation={conversation.id.value}
          versions={turn.questions}
          edit={free && !refusal ? (text) => void conversation.askInstead(question, text) : null}
          show={show}
        />
      )}
      {drawn && answer && (
        <AnswerView
          question={question?.text ?? ""}
          message={answer}
          versions={turn.answers}
          refusal={refusal}
          again={free && question && !refusal ? () => void conversation.again(question) : null}
          goOn={free && last && !refusal ? () => void conversation.goOn(answer) : null}
          retry={ready ? () => void conversation.retry() : null}
          takeBack={takeBack}
          show={show}
        />
      )}
    </article>
  );
}

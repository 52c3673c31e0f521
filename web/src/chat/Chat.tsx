import { useEffect, useState } from "preact/hooks";
import { failureText } from "../api/failureText";
import { Down } from "../controls/icons";
import { Notice } from "../controls/Notice";
import { say } from "../language/language";
import type { Conversation } from "./conversation";
import { Nearness } from "./near";
import { usePlace } from "./place";
import type { Stick } from "./stick";
import { TurnView } from "./TurnView";
import { Welcome } from "./Welcome";
import "./chat.css";

interface Props {
  conversation: Conversation;
  stick: Stick;
  /** Whether a message could be answered now. */
  ready: boolean;
  ask(question: string): void;
  takeBack(): void;
}

/** The conversation, oldest turn first, or the welcome while there is none. */
export function Chat({ conversation, stick, ready, ask, takeBack }: Props) {
  const words = say.value;
  const turns = conversation.turns.value;
  const trouble = conversation.trouble.value;
  const [nearness, setNearness] = useState<Nearness | null>(null);
  useEffect(() => {
    if (!stick.frame.current) return undefined;
    const made = new Nearness(stick.frame.current);
    setNearness(made);
    return () => made.close();
  }, []);
  usePlace(conversation, stick);
  return (
    <main class="chat" aria-label={words.conversation}>
      <div class="frame" ref={stick.frame} tabIndex={-1}>
        <div class="column" ref={stick.content}>
          {trouble && trouble.cause !== "gone" && trouble.cause !== "locked" && trouble.cause !== "pin" && (
            <Notice tone="trouble" action={null}>
              {failureText(trouble, words)}
            </Notice>
          )}
          {turns.length === 0 && !conversation.loading.value && !trouble && <Welcome ask={ask} />}
          {turns.map((turn, index) => (
            <TurnView
              key={turn.id}
              turn={turn}
              conversation={conversation}
              nearness={nearness}
              last={index === turns.length - 1}
              ready={ready}
              takeBack={takeBack}
            />
          ))}
        </div>
      </div>
      {!stick.atEnd.value && (
        <button type="button" class="latest icon" title={words.latest} aria-label={words.latest} onClick={stick.toEnd}>
          <Down />
        </button>
      )}
    </main>
  );
}

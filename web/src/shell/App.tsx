import { useRef } from "preact/hooks";
import { Chat } from "../chat/Chat";
import type { Conversation } from "../chat/conversation";
import { useStick } from "../chat/stick";
import { Composer } from "../composer/Composer";
import { draft } from "../composer/draft";
import type { Connection } from "../connection/connection";
import { Announcer } from "./Announcer";
import { Gate } from "./Gate";
import { hasKeyboard, useEscape, useFirstFocus, useTitle } from "./habits";
import { Header } from "./Header";
import "./shell.css";

interface Props {
  conversation: Conversation;
  connection: Connection;
}

export function App({ conversation, connection }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const turns = conversation.turns.value;
  const stick = useStick(turns.length > 0);
  const status = connection.status.value;
  const ready = status.is === "ready";
  const focus = () => field.current?.focus();
  const edit = (question: string) => {
    draft.value = question;
    focus();
  };
  const ask = (question: string) => {
    if (!ready) return edit(question);
    void conversation.ask(question);
    stick.toEnd();
    // On a phone the keyboard would cover the answer.
    if (hasKeyboard()) focus();
    else field.current?.blur();
  };
  const stop = () => {
    conversation.stop();
    focus();
  };
  const startNew = () => {
    conversation.startNew();
    focus();
  };
  useTitle();
  useEscape(stop, conversation);
  useFirstFocus(focus);
  return (
    <>
      <Header model={connection.model.value} startNew={turns.length > 0 ? startNew : null} />
      <Chat conversation={conversation} stick={stick} ready={ready} ask={ask} edit={edit} />
      <footer class="dock">
        <Gate conversation={conversation} connection={connection} focus={focus} />
        <Composer
          field={field}
          answering={conversation.answering.value}
          ready={ready}
          send={ask}
          stop={stop}
        />
      </footer>
      <Announcer turn={turns.at(-1)} />
    </>
  );
}

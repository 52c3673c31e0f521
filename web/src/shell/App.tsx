import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Chat } from "../chat/Chat";
import type { Conversation } from "../chat/conversation";
import { useStick } from "../chat/stick";
import { Composer } from "../composer/Composer";
import { draft } from "../composer/draft";
import type { Connection } from "../connection/connection";
import { ConnectionNotice } from "../connection/ConnectionNotice";
import { KeyDialog } from "../connection/KeyDialog";
import { LANGUAGES, language, say } from "../language/language";
import { Announcer } from "./Announcer";
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
    focus();
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

/** What stands between the reader and an answer: loading, trouble, or a key to enter. */
function Gate({ conversation, connection, focus }: Props & { focus(): void }) {
  const dismissed = useSignal(false);
  const status = connection.status.value;
  useSignalEffect(() => {
    if (connection.status.value.is === "ready") dismissed.value = false;
  });
  const use = async (key: string) => {
    if (!(await connection.unlock(key))) return;
    focus();
    const last = conversation.turns.peek().at(-1);
    if (last?.answer.failure?.cause === "locked") void conversation.again();
  };
  return (
    <>
      <ConnectionNotice
        status={status}
        retry={() => void connection.check()}
        enterKey={() => (dismissed.value = false)}
      />
      {status.is === "locked" && !dismissed.value && (
        <KeyDialog
          refused={status.refused}
          use={(key) => void use(key)}
          close={() => (dismissed.value = true)}
        />
      )}
    </>
  );
}

function useTitle(): void {
  useSignalEffect(() => {
    document.documentElement.lang = LANGUAGES[language.value].tag;
    document.title = say.value.name;
  });
}

function useEscape(stop: () => void, conversation: Conversation): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.isComposing && conversation.answering.peek()) stop();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

/** On a phone, focus would open the keyboard over the page. */
function useFirstFocus(focus: () => void): void {
  useEffect(() => {
    if (window.matchMedia("(pointer: fine)").matches) focus();
  }, []);
}

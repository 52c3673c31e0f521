import { useRef } from "preact/hooks";
import { go, route } from "../browser/route";
import { Chat } from "../chat/Chat";
import type { Conversation } from "../chat/conversation";
import { useStick } from "../chat/stick";
import { Composer } from "../composer/Composer";
import { draft } from "../composer/draft";
import type { Connection } from "../connection/connection";
import type { Library } from "../documents/library";
import * as scope from "../documents/scope";
import { ScopeChooser } from "../documents/ScopeChooser";
import { Announcer } from "./Announcer";
import { Gate } from "./Gate";
import { hasKeyboard, useEscape, useFirstFocus, useScreen, useTitle } from "./habits";
import { Header } from "./Header";
import { later } from "./later";
import "../controls/controls.css";
import "../controls/dialog.css";
import "../documents/documents.css";
import "../documents/passages.css";
import "../documents/scope.css";
import "../viewer/viewer.css";
import "./shell.css";

const Documents = later(() => import("../documents/Documents"));
const Viewer = later(() => import("../viewer/Viewer"));

interface Props {
  conversation: Conversation;
  connection: Connection;
  library: Library;
}

export function App({ conversation, connection, library }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const turns = conversation.turns.value;
  const stick = useStick(turns.length > 0);
  const status = connection.status.value;
  const ready = status.is === "ready";
  const { view, open } = route.value;
  const beside = useScreen("(min-width: 64rem)").value;
  const documents = library.available.value;
  const shown = documents ? view : "chat";
  const opened = documents ? open : null;
  const focus = () => field.current?.focus();
  const edit = (question: string) => {
    draft.value = question;
    focus();
  };
  const ask = (question: string) => {
    if (!ready) return edit(question);
    void conversation.ask(question, library.documents.value.length > 0 ? scope.filter.value : null);
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
    go("chat");
    focus();
  };
  const askAbout = (id: string) => {
    scope.inUse.value = true;
    scope.scope.value = { kind: "documents", ids: [id] };
    go("chat");
    window.setTimeout(focus); // once it can be seen again
  };
  const covered = opened !== null && !beside;
  useTitle();
  useEscape(stop, conversation);
  useFirstFocus(focus);
  return (
    <>
      <Header model={connection.model.value} startNew={turns.length > 0 ? startNew : null} documents={documents} inert={covered} />
      <div class="desk" inert={covered}>
        <div class="talk" inert={shown !== "chat"}>
          <Chat conversation={conversation} stick={stick} ready={ready} ask={ask} edit={edit} />
          <footer class="dock">
            <Gate conversation={conversation} connection={connection} focus={focus} />
            <Composer field={field} answering={conversation.answering.value} ready={ready} send={ask} stop={stop}>
              {documents && <ScopeChooser library={library} />}
            </Composer>
          </footer>
        </div>
        {shown === "documents" && <Documents library={library} askAbout={askAbout} />}
      </div>
      {opened && <Viewer place={opened} beside={beside} />}
      <Announcer turn={turns.at(-1)} />
    </>
  );
}

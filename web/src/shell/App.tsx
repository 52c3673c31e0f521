import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as attachments from "../attachments/picked";
import { browser } from "../browser/kept";
import { go, goToChat, route } from "../browser/route";
import { Chat } from "../chat/Chat";
import type { Conversation } from "../chat/conversation";
import { useStick } from "../chat/stick";
import { Composer, DropZone } from "../composer/Composer";
import { draft } from "../composer/draft";
import type { Connection } from "../connection/connection";
import type { Library } from "../documents/library";
import { ScopeChooser } from "../documents/ScopeChooser";
import type { History } from "../history/history";
import { Sidebar } from "../history/Sidebar";
import { Undo } from "../history/Undo";
import { say } from "../language/language";
import type { People } from "../people/people";
import { PinDialog } from "../people/PinDialog";
import { answersAloud } from "../voice/choices";
import { VoiceContext } from "../voice/context";
import { TalkButtons } from "../voice/TalkButtons";
import { joined } from "../voice/heard";
import type { Voice } from "../voice/voice";
import { Announcer } from "./Announcer";
import { useCommands } from "./commands";
import { Drawer } from "./Drawer";
import { Gate } from "./Gate";
import { hasKeyboard, useEscape, useFirstFocus, useReturn, useScreen, useTitle } from "./habits";
import { Header } from "./Header";
import { later } from "./later";
import { Shortcuts } from "./Shortcuts";
import "../controls/controls.css";
import "../controls/dialog.css";
import "../documents/documents.css";
import "../documents/passages.css";
import "../documents/scope.css";
import "../settings/settings.css";
import "../viewer/viewer.css";
import "./shell.css";

const Camera = later(() => import("../camera/Camera"));
const Documents = later(() => import("../documents/Documents"));
const Settings = later(() => import("../settings/SettingsView"));
const Viewer = later(() => import("../viewer/Viewer"));
const HandsFree = later(() => import("../voice/HandsFree"));
const VoiceTrouble = later(() => import("../voice/VoiceTrouble"));

const sideShown = signal(browser.read("history") !== "hidden");
const drawerOpen = signal(false);

export interface Parts {
  conversation: Conversation;
  connection: Connection;
  history: History;
  library: Library;
  people: People;
  voice: Voice;
  /** Loads what was kept back until a key was entered. */
  begin(): Promise<void>;
}

export function App(parts: Parts) {
  const { conversation, connection, history, library, people, voice } = parts;
  const words = say.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const turns = conversation.turns.value;
  const stick = useStick(turns.length > 0);
  const ready = connection.status.value.is === "ready";
  const { view, open } = route.value;
  const wide = useScreen("(min-width: 52rem)").value;
  const beside = useScreen("(min-width: 64rem)").value;
  const roomy = useScreen("(min-width: 88rem)").value;
  const documents = library.available.value;
  const shown = view === "documents" && !documents ? "chat" : view;
  const opened = documents ? open : null;
  const side = wide && sideShown.value && (!opened || roomy);
  const hears = connection.hears.value;
  const voicing = voice.state.value;
  const focus = () => field.current?.focus();
  const focusSoon = () => window.setTimeout(() => hasKeyboard() && focus());
  const ask = (question: string) => {
    if (!ready) {
      draft.value = question;
      focus();
      return Promise.resolve();
    }
    voice.hush();
    const asked = conversation.ask(question, attachments.taken());
    stick.toEnd();
    // On a phone the keyboard would cover the answer.
    if (hasKeyboard()) focus();
    else field.current?.blur();
    return asked;
  };
  /** Ends the dictation and asks what was said; what was asked aloud is answered aloud. */
  const askSpoken = async () => {
    const text = (await voice.finish())?.trim();
    if (!text || !ready || conversation.answering.peek()) return;
    draft.value = "";
    const aloud = answersAloud();
    const plain = aloud && attachments.picked.peek().length === 0;
    if (!plain) {
      await ask(text);
      const answer = conversation.turns.peek().at(-1)?.answer;
      if (aloud && answer?.state === "done") await voice.read(answer.id, answer.text);
    } else {
      stick.toEnd();
      if (!(await voice.ask(text))) draft.value ||= text;
    }
  };
  const takeBack = () => {
    const { text, attachments: went } = conversation.takeBack();
    draft.value = text;
    attachments.putBack(went);
    focus();
  };
  const stop = () => {
    voice.hush();
    conversation.stop();
    focus();
  };
  const startNew = () => {
    conversation.startNew();
    focusSoon();
  };
  const showHistory = () => {
    if (!wide || (opened && !roomy)) drawerOpen.value = true;
    else setSide(true);
  };
  const askAbout = (id: string) => {
    conversation.lookInto({ docs_ids: [id] });
    go("chat");
    window.setTimeout(focus); // once it can be seen again
  };
  const askPicture = async (picture: File, question: string, grounded: boolean) => {
    if (grounded && !conversation.filter.peek()) conversation.lookInto({});
    go("chat");
    await attachments.take([picture], documents);
    if (question) ask(question);
    else focusSoon();
  };
  const take = (files: Iterable<File>) => {
    void attachments.take(files, documents).then(() => (documents ? library.refresh() : undefined));
    focus();
  };
  const takeSaid = (text: string) => {
    draft.value = joined(draft.peek(), text);
    window.setTimeout(focus); // once the dialog is closed
  };
  const unlocked = async () => {
    await parts.begin();
    if (conversation.refusal.value) void conversation.retry();
    focus();
  };
  const covered = opened !== null && !beside;
  const sidebar = (drawer: boolean) => (
    <Sidebar
      history={history}
      people={people}
      current={conversation.id.value}
      documents={documents}
      drawer={drawer}
      startNew={startNew}
      chosen={() => (drawerOpen.value = false)}
      close={() => (drawer ? (drawerOpen.value = false) : setSide(false))}
    />
  );
  const help = useCommands({
    new: () => {
      goToChat(null);
      startNew();
    },
    find: () => {
      showHistory();
      window.setTimeout(() => document.querySelector<HTMLElement>(".sidebar [type=search]")?.focus());
    },
    history: () => (side ? setSide(false) : showHistory()),
    documents: () => go(view === "documents" ? "chat" : "documents"),
    camera: () => go(view === "camera" ? "chat" : "camera"),
    settings: () => go(view === "settings" ? "chat" : "settings"),
    "last-code": () => [...document.querySelectorAll<HTMLElement>("figure.code .copying button")].at(-1)?.click(),
    dictate: () => {
      if (!hears) return;
      if (voice.state.peek() === "dictating") void voice.finish();
      else void voice.dictate();
    },
    "hands-free": () => {
      if (voice.state.peek() === "conversing") voice.hangUp();
      else if (hears) void voice.converse();
    },
    field: focus,
  });
  useTitle(conversation);
  useEscape(stop, conversation, voice);
  useFirstFocus(focus);
  useReturn(() => {
    void history.refresh();
    void conversation.refresh();
  });
  useEffect(() => {
    if (!conversation.trouble.value || conversation.trouble.value.cause !== "missing") return;
    goToChat(null);
  }, [conversation.trouble.value]);
  return (
    <VoiceContext.Provider value={voice}>
      {side && sidebar(false)}
      <Header
        title={shown === "chat" ? conversation.title.value : ""}
        model={connection.model.value}
        showHistory={side ? null : showHistory}
        wide={wide}
        startNew={startNew}
        inert={covered}
      />
      <div class="desk" inert={covered}>
        <DropZone class="talk" inert={shown !== "chat"} take={take}>
          <Chat conversation={conversation} stick={stick} ready={ready} ask={(question) => void ask(question)} takeBack={takeBack} />
          <footer class="dock">
            <Gate connection={connection} unlocked={() => void unlocked()} />
            {voice.problem.value && <VoiceTrouble voice={voice} problem={voice.problem.value} take={takeSaid} />}
            {voicing === "conversing" ? (
              <HandsFree voice={voice} left={focusSoon} />
            ) : (
              <Composer
                field={field}
                answering={conversation.answering.value}
                ready={ready}
                busy={voicing !== "off"}
                send={(text) => void (voicing === "dictating" ? askSpoken() : ask(text))}
                stop={stop}
                take={take}
              >
                {hears && <TalkButtons voice={voice} send={() => void askSpoken()} />}
                {documents && voicing === "off" && <ScopeChooser library={library} filter={conversation.filter.value} choose={(filter) => conversation.lookInto(filter)} />}
              </Composer>
            )}
          </footer>
        </DropZone>
        {shown === "camera" && (
          <Camera
            documents={!documents ? "off" : library.documents.value.length > 0 ? "some" : "none"}
            ask={(...asked) => void askPicture(...asked)}
          />
        )}
        {shown === "documents" && <Documents library={library} askAbout={askAbout} />}
        {shown === "settings" && <Settings {...parts} />}
      </div>
      {opened && <Viewer place={opened} beside={beside} />}
      {drawerOpen.value && (
        <Drawer title={words.history} close={() => (drawerOpen.value = false)}>
          {sidebar(true)}
          <Undo history={history} />
        </Drawer>
      )}
      {!drawerOpen.value && <Undo history={history} />}
      <PinDialog people={people} key={people.asking.value?.profile.id} />
      {help.value && <Shortcuts close={() => (help.value = false)} />}
      <Announcer turn={turns.at(-1)} aloud={voice.saying.value !== null || voicing === "conversing"} />
    </VoiceContext.Provider>
  );
}

function setSide(shown: boolean): void {
  sideShown.value = shown;
  browser.keep("history", shown ? "shown" : "hidden");
}


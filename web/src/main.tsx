import "./theme.css";
import "./base.css";
import { render } from "preact";
import { effect, untracked } from "@preact/signals";
import * as assistant from "./api/assistant";
import * as conversations from "./api/conversations";
import * as documents from "./api/documents";
import { failureOf, type Failure } from "./api/failure";
import * as route from "./browser/route";
import { Conversation, type Listener, type Looking } from "./chat/conversation";
import * as speed from "./chat/speed";
import * as attachments from "./attachments/picked";
import * as draft from "./composer/draft";
import { Connection } from "./connection/connection";
import { Library } from "./documents/library";
import * as scope from "./documents/scope";
import { History } from "./history/history";
import * as language from "./language/language";
import * as look from "./look/look";
import * as offline from "./offline/offline";
import { People } from "./people/people";
import { chosenIn, mannerOf } from "./settings/manner";
import { App } from "./shell/App";
import { Voice } from "./voice/voice";

const root = document.getElementById("page");
if (!root) throw new Error("index.html has no place for the page");

language.begin();
look.begin();
speed.begin();
draft.remember();
route.begin();
const shared = offline.shared();
draft.draft.value ||= shared.text;
offline.keepPage();
const connection = new Connection(assistant);
const library = new Library(documents);
const history = new History(conversations, failed);
const people = new People(conversations, () => {
  route.goToChat(null);
  conversation.startNew();
  history.list.value = [];
  void history.refresh();
});
const manner = () => mannerOf(chosenIn(people.settings.peek()), language.say.peek());
const looking: Looking = {
  ...scope.usual,
  present: (filter) => scope.filterFor(filter, library),
};
const listener: Listener = {
  failed,
  changed(id) {
    const { view, conversation: shown, open } = route.route.peek();
    if (shown === null && conversation.id.peek() === id) route.replace({ view, conversation: id, open });
    void history.refresh();
  },
};
const conversation: Conversation = new Conversation(conversations, manner, listener, looking);

const voice = new Voice(
  async () => {
    const { system, options } = manner();
    const filter = looking.present(conversation.filter.peek());
    // Without a system prompt, answers that are spoken are short by themselves.
    return { conversation: await conversation.kept(), ...(system && { system }), options, filter };
  },
  () => conversation.arrived(),
);

/** Learns whose conversations these are, and which. */
async function begin(): Promise<void> {
  try {
    await people.load();
  } catch (error) {
    failed(failureOf(error));
  }
  await history.refresh();
}

function failed(failure: Failure): void {
  if (failure.cause === "pin") people.lockedOut();
  else if (failure.cause !== "missing") connection.failed(failure);
}

effect(() => {
  const kept = connection.documents.value;
  if (kept !== "off") void library.open(kept);
});
effect(() => {
  const id = route.route.value.conversation;
  if (connection.status.value.is === "unknown" || connection.status.value.is === "locked") return;
  untracked(() => {
    if (id === conversation.id.peek()) return;
    if (id === null) {
      // A question that is being asked is about to have an address of its own.
      if (route.route.peek().view === "chat") conversation.startNew();
    } else void conversation.open(id);
  });
});
let shown: string | null = null;
effect(() => {
  const id = conversation.id.value;
  if (shown !== null && shown !== id) untracked(() => voice.leave());
  shown = id;
});
void connection.check().then(() => {
  // Where a key is wanted, all this comes once it was entered.
  if (connection.status.value.is !== "locked") void begin();
  return shared.files.then((files) => attachments.take(files, library.available.value));
});
render(<App {...{ conversation, connection, history, library, people, voice, begin }} />, root);

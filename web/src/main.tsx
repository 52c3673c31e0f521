import "./theme.css";
import "./base.css";
import { render } from "preact";
import { effect } from "@preact/signals";
import * as assistant from "./api/assistant";
import * as documents from "./api/documents";
import * as route from "./browser/route";
import { Conversation } from "./chat/conversation";
import * as conversationMemory from "./chat/memory";
import * as speed from "./chat/speed";
import * as draft from "./composer/draft";
import { Connection } from "./connection/connection";
import { Library } from "./documents/library";
import * as scope from "./documents/scope";
import * as language from "./language/language";
import { App } from "./shell/App";

const root = document.getElementById("page");
if (!root) throw new Error("index.html has no place for the page");

language.begin();
speed.begin();
draft.remember();
route.begin();
scope.remember();
const connection = new Connection(assistant);
const conversation = new Conversation(assistant.answer, (failure) => connection.failed(failure));
conversationMemory.remember(conversation);
const library = new Library(documents);
effect(() => {
  const kept = connection.documents.value;
  if (kept !== "off") void library.open(kept);
});
void connection.check();
render(<App conversation={conversation} connection={connection} library={library} />, root);

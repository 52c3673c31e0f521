import { useSignal } from "@preact/signals";
import type { WireConversation } from "../api/wire";
import { linkToChat, linkToView, route } from "../browser/route";
import { Camera, Close, Gear, Lens, Mark, Plus, Shelf, SidePanel } from "../controls/icons";
import { choose, LANGUAGES, language, say } from "../language/language";
import type { People } from "../people/people";
import { PeopleMenu } from "../people/PeopleMenu";
import { type Group, grouped } from "./groups";
import type { History } from "./history";
import { Row } from "./Row";
import "./sidebar.css";

interface Props {
  history: History;
  people: People;
  /** The conversation that is open. */
  current: string | null;
  documents: boolean;
  drawer: boolean;
  startNew(): void;
  /** What was chosen is shown now: a drawer closes. */
  chosen(): void;
  close(): void;
}

/** All conversations: found by their words, in their folders, the latest first. */
export function Sidebar({ history, people, current, documents, drawer, startNew, chosen, close }: Props) {
  const words = say.value;
  const view = route.value.view;
  return (
    <nav class="sidebar" aria-label={words.history}>
      <header>
        <Mark />
        <strong>{words.name}</strong>
        <button type="button" class="icon" title={words.hideHistory} aria-label={words.hideHistory} onClick={close}>
          {drawer ? <Close /> : <SidePanel />}
        </button>
      </header>
      <a
        class="plain new"
        href={linkToChat(null)}
        onClick={() => {
          startNew();
          chosen();
        }}
      >
        <Plus />
        {words.newChat}
      </a>
      <label class="search">
        <Lens />
        <input
          type="search"
          aria-label={words.findChats}
          placeholder={words.findChats}
          value={history.query.value}
          onInput={({ currentTarget }) => history.search(currentTarget.value)}
        />
      </label>
      <Results history={history} current={current} chosen={chosen} />
      <footer>
        {documents && (
          <a class="plain" href={linkToView("documents")} aria-current={view === "documents" ? "page" : undefined} onClick={chosen}>
            <Shelf />
            {words.documents}
          </a>
        )}
        <a class="plain" href={linkToView("camera")} aria-current={view === "camera" ? "page" : undefined} onClick={chosen}>
          <Camera />
          {words.camera}
        </a>
        <a class="plain" href={linkToView("settings")} aria-current={view === "settings" ? "page" : undefined} onClick={chosen}>
          <Gear />
          {words.settings}
        </a>
        <div class="who">
          <PeopleMenu people={people} />
          <LanguageSwitch />
        </div>
      </footer>
    </nav>
  );
}

function Results({ history, current, chosen }: Pick<Props, "history" | "current" | "chosen">) {
  const words = say.value;
  const found = history.found.value;
  const rows = (list: readonly WireConversation[]) => (
    <ul>
      {list.map((each) => (
        <Row key={each.id} conversation={each} current={each.id === current} history={history} chosen={chosen} />
      ))}
    </ul>
  );
  if (found !== null) {
    return (
      <div class="chats">
        <p class="quiet" role="status">
          {words.foundChats(found.length)}
        </p>
        {rows(found)}
      </div>
    );
  }
  const groups = grouped(history.list.value, Date.now());
  return (
    <div class="chats">
      {history.loaded.value && groups.length === 0 && <p class="quiet">{words.noChats}</p>}
      {groups.map((group) => (
        <Section key={`${group.kind} ${group.name}`} group={group}>
          {rows(group.conversations)}
        </Section>
      ))}
      {history.hasMore.value && (
        <button type="button" class="link" onClick={() => void history.more()}>
          {words.olderChats}
        </button>
      )}
    </div>
  );
}

function Section({ group, children }: { group: Group; children: preact.ComponentChildren }) {
  const words = say.value;
  const open = useSignal(true);
  if (group.kind === "folder") {
    return (
      <section>
        <details open={open.value} onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
          <summary>
            <h2 dir="auto">{group.name}</h2>
          </summary>
          {children}
        </details>
      </section>
    );
  }
  return (
    <section>
      <h2>{words.ages[group.kind]}</h2>
      {children}
    </section>
  );
}

function LanguageSwitch() {
  const other = language.value === "en" ? "zh" : "en";
  const { title, tag } = LANGUAGES[other];
  return (
    <button type="button" class="plain" lang={tag} onClick={() => choose(other)}>
      {title}
    </button>
  );
}

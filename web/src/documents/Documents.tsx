import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Named } from "../api/documents";
import { failureText } from "../api/failureText";
import { linkToView } from "../browser/route";
import { Notice } from "../controls/Notice";
import { Back, Shelf, Upload } from "../controls/icons";
import { say } from "../language/language";
import { Adding } from "./Adding";
import { Arriving } from "./Arriving";
import { dropped } from "./dropped";
import type { Library } from "./library";
import { List } from "./List";

interface Props {
  library: Library;
  /** Begins a question about one document. */
  askAbout(id: string): void;
}

/** The documents: what is there, what is on its way, and how more come in. */
export default function Documents({ library, askAbout }: Props) {
  const words = say.value;
  const empty = library.loaded.value && library.documents.value.length === 0;
  const failure = library.failure.value;
  useEffect(() => {
    library.watch(true);
    return () => library.watch(false);
  }, []);
  return (
    <DropArea drop={(files) => void library.send(files)}>
      <div class="column">
        <header class="head">
          <a class="icon" href={linkToView("chat")} title={words.backToChat} aria-label={words.backToChat}>
            <Back />
          </a>
          <h2>{words.documents}</h2>
        </header>
        {failure && (
          <Notice tone="trouble" action={{ title: words.retry, run: () => void library.refresh() }}>
            {failureText(failure, words)}
          </Notice>
        )}
        {empty && <Purpose />}
        <Adding library={library} />
        <Arriving library={library} />
        {!library.loaded.value && !failure && <p class="quiet">{words.documentsLoading}</p>}
        {library.documents.value.length > 0 && <List library={library} askAbout={askAbout} />}
      </div>
    </DropArea>
  );
}

/** What the view is for, while there is nothing in it. */
function Purpose() {
  const words = say.value;
  return (
    <div class="purpose">
      <Shelf />
      <h3>{words.documentsFor}</h3>
      <p>{words.documentsWhat}</p>
      <p class="quiet">{words.documentsKinds}</p>
    </div>
  );
}

function DropArea({ drop, children }: { drop(files: Named[]): void; children: ComponentChildren }) {
  const over = useSignal(false);
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const enter = (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    over.value = true;
  };
  const leave = (event: DragEvent & { currentTarget: HTMLElement }) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) over.value = false;
  };
  const dropHere = (event: DragEvent) => {
    if (!holdsFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    over.value = false;
    void dropped(event.dataTransfer).then(drop);
  };
  return (
    <main class="documents" aria-label={say.value.documents} onDragEnter={enter} onDragOver={enter} onDragLeave={leave} onDrop={dropHere}>
      {children}
      {over.value && (
        <div class="drop">
          <Upload />
          {say.value.dropNow}
        </div>
      )}
    </main>
  );
}

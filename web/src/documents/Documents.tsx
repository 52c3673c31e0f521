import { useEffect } from "preact/hooks";
import { failureText } from "../api/failureText";
import { linkToView } from "../browser/route";
import { Notice } from "../controls/Notice";
import { DropHere, useDrop } from "../controls/drop";
import { Back, Shelf } from "../controls/icons";
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
  const { over, zone } = useDrop((data) => void dropped(data).then((files) => library.send(files)));
  useEffect(() => {
    library.watch(true);
    return () => library.watch(false);
  }, []);
  return (
    <main class="documents" aria-label={words.documents} {...zone}>
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
      {over && <DropHere title={words.dropNow} />}
    </main>
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

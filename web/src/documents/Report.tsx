import { useSignal } from "@preact/signals";
import type { WireDocument } from "../api/wire";
import { linkTo } from "../browser/route";
import { DownloadLink } from "./DownloadLink";
import { say } from "../language/language";
import { size } from "../language/measures";
import { LabelFields, labelsIn } from "./LabelFields";
import type { Library } from "./library";

interface Props {
  document: WireDocument;
  library: Library;
  askAbout(id: string): void;
}

/** How the reading of a document went, its labels, and what can be done with it. */
export function Report({ document, library, askAbout }: Props) {
  const words = say.value;
  return (
    <>
      <p>{document.summary}</p>
      {document.problems.length > 0 && (
        <ul class="problems">
          {document.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <p class="quiet origin" dir="auto">
        {words.from} {origin(document.source)} · {words.size} {size(document.bytes)}
      </p>
      <LabelForm document={document} library={library} />
      <div class="deeds">
        <a class="plain" href={linkTo({ document: document.id, page: null, passage: null })}>
          {words.open}
        </a>
        <button type="button" class="plain" onClick={() => askAbout(document.id)}>
          {words.askAbout}
        </button>
        <DownloadLink id={document.id} name={document.name} class="plain">
          {words.download}
        </DownloadLink>
        <Removal remove={() => void library.remove(document)} />
      </div>
    </>
  );
}

function LabelForm({ document, library }: Omit<Props, "askAbout">) {
  const words = say.value;
  const saved = useSignal(false);
  const save = async (form: HTMLFormElement) => {
    await library.label(document, labelsIn(new FormData(form)));
    saved.value = true;
  };
  return (
    <form
      class="labelling"
      onInput={() => (saved.value = false)}
      onSubmit={(event) => {
        event.preventDefault();
        void save(event.currentTarget);
      }}
    >
      <LabelFields library={library} collection={document.collections[0]?.name ?? ""} tags={document.tags} />
      <button type="submit" class="plain">
        {words.save}
      </button>
      <span role="status" class="quiet">
        {saved.value && words.saved}
      </span>
    </form>
  );
}

/** Asks once more before a document is gone for good. */
function Removal({ remove }: { remove(): void }) {
  const words = say.value;
  const sure = useSignal(false);
  if (!sure.value) {
    return (
      <button type="button" class="plain risky" onClick={() => (sure.value = true)}>
        {words.delete}
      </button>
    );
  }
  return (
    <span class="sure" role="group" aria-label={words.deleteSure}>
      {words.deleteSure}
      <button type="button" class="main risky" ref={(button) => button?.focus()} onClick={remove}>
        {words.delete}
      </button>
      <button type="button" class="plain" onClick={() => (sure.value = false)}>
        {words.keep}
      </button>
    </span>
  );
}

function origin(source: string): string {
  return source.replace(/^(?:upload|text):/, "");
}

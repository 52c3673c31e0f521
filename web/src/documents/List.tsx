import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../api/documents";
import type { WireDocument, WireFilter, WireFound } from "../api/wire";
import { say } from "../language/language";
import { DocumentRow } from "./DocumentRow";
import type { Library } from "./library";
import { FoundPassages } from "./FoundPassages";

const SHOWN_AT_FIRST = 100;
/** How long one pauses in typing before the texts are searched. */
const PAUSE_MS = 250;

interface Props {
  library: Library;
  askAbout(id: string): void;
}

/** The documents by name, collection and tag; a search finds passages of them too. */
export function List({ library, askAbout }: Props) {
  const words = say.value;
  const query = useSignal("");
  const collection = useSignal("");
  const tag = useSignal("");
  const most = useSignal(SHOWN_AT_FIRST);
  const all = library.documents.value;
  const fitting = all.filter((document) => fits(document, query.value, collection.value, tag.value)).reverse();
  return (
    <section class="list" aria-label={words.documents}>
      <div class="filters" role="search">
        <input
          type="search"
          aria-label={words.findDocuments}
          placeholder={words.findDocuments}
          value={query}
          onInput={({ currentTarget }) => (query.value = currentTarget.value)}
        />
        <Choice title={words.allCollections} options={library.collections.value} chosen={collection} />
        <Choice title={words.allTags} options={library.tags.value} chosen={tag} />
      </div>
      <p class="quiet count" role="status">
        {fitting.length > 0 ? words.documentCount(fitting.length) : query.value ? words.noneMatch : words.noneHere}
      </p>
      <ul class="rows">
        {fitting.slice(0, most.value).map((document) => (
          <DocumentRow key={document.id} document={document} library={library} askAbout={askAbout} />
        ))}
      </ul>
      {fitting.length > most.value && (
        <button type="button" class="link" onClick={() => (most.value += SHOWN_AT_FIRST)}>
          {words.showMore(Math.min(SHOWN_AT_FIRST, fitting.length - most.value))}
        </button>
      )}
      {query.value.trim() && <Found query={query.value.trim()} collection={collection.value} tag={tag.value} />}
    </section>
  );
}

interface ChoiceProps {
  title: string;
  options: readonly [name: string, count: number][];
  chosen: { value: string };
}

function Choice({ title, options, chosen }: ChoiceProps) {
  if (options.length === 0) return null;
  return (
    <select aria-label={title} value={chosen.value} onChange={({ currentTarget }) => (chosen.value = currentTarget.value)}>
      <option value="">{title}</option>
      {options.map(([name, count]) => (
        <option key={name} value={name}>
          {name} ({count})
        </option>
      ))}
    </select>
  );
}

interface FoundProps {
  query: string;
  collection: string;
  tag: string;
}

/** What a search finds in the texts, shortly after one stopped typing. */
function Found({ query, collection, tag }: FoundProps) {
  const words = say.value;
  const found = useSignal<WireFound | null>(null);
  useEffect(() => {
    const left = new AbortController();
    const search = () =>
      api.search(query, filterOf(collection, tag), left.signal).then(
        (passages) => (found.value = passages),
        () => left.signal.aborted || (found.value = { query, data: [], waiting: 0 }),
      );
    const timer = window.setTimeout(() => void search(), PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      left.abort();
    };
  }, [query, collection, tag]);
  if (found.value === null) return null;
  return <FoundPassages found={found.value} title={words.foundInTexts} nothing={words.nothingInTexts} />;
}

function filterOf(collection: string, tag: string): WireFilter {
  return { ...(collection && { collections: [collection] }), ...(tag && { tags: [tag] }) };
}

function fits({ name, collections, tags }: WireDocument, query: string, collection: string, tag: string): boolean {
  const wanted = query.trim().toLowerCase();
  return (
    (!collection || collections.some(({ name }) => name === collection)) &&
    (!tag || tags.includes(tag)) &&
    (!wanted || name.toLowerCase().includes(wanted))
  );
}

import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import type { WireFilter } from "../api/wire";
import { Chevron, Shelf } from "../controls/icons";
import { say } from "../language/language";
import type { Library } from "./library";
import { ALL, filterOf, present, type Scope, toggled } from "./scope";

const SHOWN_AT_MOST = 100;

interface Props {
  library: Library;
  /** What the conversation looks into; null: no documents. */
  filter: WireFilter | null;
  choose(filter: WireFilter | null): void;
}

/** Whether a conversation looks into documents, and into which; nothing while there are none. */
export function ScopeChooser({ library, filter, choose }: Props) {
  const words = say.value;
  const unfolded = useSignal(false);
  const menu = useId();
  const frame = useRef<HTMLDivElement>(null);
  const before = useRef<WireFilter>({});
  if (filter) before.current = filter;
  useClosing(frame, () => (unfolded.value = false));
  if (library.documents.value.length === 0) return null;
  const chosen = present(filter, library);
  const title = chosen && titleOf(chosen, library);
  return (
    <div class="scope" ref={frame}>
      <button
        type="button"
        class="pill"
        title={words.useDocumentsHint}
        aria-pressed={filter !== null}
        onClick={() => choose(filter ? null : before.current)}
      >
        <Shelf />
        {words.useDocuments}
      </button>
      {title !== null && (
        <button
          type="button"
          class="pill chosen"
          aria-label={words.scopeChoose(title)}
          aria-expanded={unfolded.value}
          aria-controls={menu}
          onClick={() => (unfolded.value = !unfolded.value)}
        >
          <span dir="auto">{title}</span>
          <Chevron />
        </button>
      )}
      {chosen && unfolded.value && (
        <Menu id={menu} library={library} chosen={chosen} choose={(scope) => choose(filterOf(scope))} />
      )}
    </div>
  );
}

interface MenuProps {
  id: string;
  library: Library;
  chosen: Scope;
  choose(scope: Scope): void;
}

function Menu({ id, library, chosen, choose }: MenuProps) {
  const words = say.value;
  const query = useSignal("");
  const documents = library.documents.value.filter(({ name }) => name.toLowerCase().includes(query.value.toLowerCase()));
  return (
    <div id={id} class="menu" role="group" aria-label={words.scopeTitle}>
      <Option title={words.scopeAll} count={library.documents.value.length} checked={chosen.kind === "all"} choose={() => choose(ALL)} />
      <Named kind="collection" title={words.collections} names={library.collections.value} {...{ chosen, choose }} />
      <Named kind="tag" title={words.tags} names={library.tags.value} {...{ chosen, choose }} />
      <fieldset>
        <legend>{words.single}</legend>
        {library.documents.value.length > 8 && (
          <input
            type="search"
            aria-label={words.filterNames}
            placeholder={words.filterNames}
            value={query}
            onInput={({ currentTarget }) => (query.value = currentTarget.value)}
          />
        )}
        {documents.slice(0, SHOWN_AT_MOST).map(({ id, name }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={chosen.kind === "documents" && chosen.ids.includes(id)}
              onChange={() => choose(toggled(chosen, id))}
            />
            <span dir="auto">{name}</span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}

interface NamedProps {
  kind: "collection" | "tag";
  title: string;
  names: readonly [name: string, count: number][];
  chosen: Scope;
  choose(scope: Scope): void;
}

function Named({ kind, title, names, chosen, choose }: NamedProps) {
  if (names.length === 0) return null;
  return (
    <fieldset>
      <legend>{title}</legend>
      {names.map(([name, count]) => (
        <Option
          key={name}
          title={name}
          count={count}
          checked={chosen.kind === kind && chosen.name === name}
          choose={() => choose({ kind, name })}
        />
      ))}
    </fieldset>
  );
}

function Option({ title, count, checked, choose }: { title: string; count: number; checked: boolean; choose(): void }) {
  return (
    <label>
      <input type="radio" name="scope" checked={checked} onChange={choose} />
      <span dir="auto">{title}</span>
      <span class="quiet">{count}</span>
    </label>
  );
}

/** Escape or a press elsewhere closes. */
function useClosing(frame: { current: HTMLElement | null }, close: () => void): void {
  useEffect(() => {
    const pressed = (event: Event) => {
      if (!frame.current?.contains(event.target as Node)) close();
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !frame.current?.querySelector(".menu")) return;
      event.stopPropagation();
      close();
      frame.current.querySelector<HTMLElement>("[aria-expanded]")?.focus();
    };
    window.addEventListener("pointerdown", pressed);
    window.addEventListener("keydown", key, true);
    return () => {
      window.removeEventListener("pointerdown", pressed);
      window.removeEventListener("keydown", key, true);
    };
  }, []);
}

function titleOf(scope: Scope, library: Library): string {
  const words = say.value;
  if (scope.kind === "all") return words.scopeAll;
  if (scope.kind === "tag") return `#${scope.name}`;
  if (scope.kind === "collection") return scope.name;
  const only = library.documents.value.find(({ id }) => id === scope.ids[0]);
  return scope.ids.length === 1 && only ? only.name : words.documentCount(scope.ids.length);
}

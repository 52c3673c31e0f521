import { choose, LANGUAGES, language, say } from "../language/language";
import { route } from "../browser/route";
import { Mark, Plus, Shelf } from "../controls/icons";

interface Props {
  model: string;
  /** Begins a new chat; null while there is nothing to leave behind. */
  startNew: (() => void) | null;
  /** Whether there is a view of documents. */
  documents: boolean;
  /** Whether something covers it. */
  inert: boolean;
}

export function Header({ model, startNew, documents, inert }: Props) {
  const words = say.value;
  return (
    <header class="bar" inert={inert}>
      <Mark />
      <h1>{words.name}</h1>
      <span class="model quiet" title={model}>
        {model}
      </span>
      <LanguageSwitch />
      {documents && (
        <a
          class="plain new"
          href="#documents"
          aria-label={words.documents}
          title={words.documents}
          aria-current={route.value.view === "documents" ? "page" : undefined}
        >
          <Shelf />
          <span class="wide">{words.documents}</span>
        </a>
      )}
      <button
        type="button"
        class="plain new"
        aria-label={words.newChat}
        title={words.newChat}
        disabled={!startNew}
        onClick={() => startNew?.()}
      >
        <Plus />
        <span class="wide">{words.newChat}</span>
      </button>
    </header>
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

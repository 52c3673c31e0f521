import { choose, LANGUAGES, language, say } from "../language/language";
import { Mark, Plus } from "../controls/icons";

interface Props {
  model: string;
  /** Begins a new chat; null while there is nothing to leave behind. */
  startNew: (() => void) | null;
}

export function Header({ model, startNew }: Props) {
  const words = say.value;
  return (
    <header class="bar">
      <Mark />
      <h1>{words.name}</h1>
      <span class="model quiet" title={model}>
        {model}
      </span>
      <LanguageSwitch />
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

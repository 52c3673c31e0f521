import { linkToChat } from "../browser/route";
import { Bars, Plus, SidePanel } from "../controls/icons";
import { say } from "../language/language";

interface Props {
  title: string;
  model: string;
  /** Shows the conversations; null while they are shown beside it. */
  showHistory: (() => void) | null;
  wide: boolean;
  startNew(): void;
  /** Whether something covers it. */
  inert: boolean;
}

export function Header({ title, model, showHistory, wide, startNew, inert }: Props) {
  const words = say.value;
  return (
    <header class="bar" inert={inert}>
      {showHistory && (
        <button type="button" class="icon" title={words.showHistory} aria-label={words.showHistory} onClick={showHistory}>
          {wide ? <SidePanel /> : <Bars />}
        </button>
      )}
      <h1 dir="auto" title={title}>
        {title || words.name}
      </h1>
      <span class="model quiet" title={model}>
        {model}
      </span>
      {showHistory && (
        <a class="icon" href={linkToChat(null)} title={words.newChat} aria-label={words.newChat} onClick={startNew}>
          <Plus />
        </a>
      )}
    </header>
  );
}

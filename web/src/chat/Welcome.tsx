import { say } from "../language/language";
import { Mark } from "../controls/icons";

interface Props {
  ask(question: string): void;
  /** Returns to the conversation that was put aside, if there is one. */
  goBack: (() => void) | null;
}

/** What an empty conversation shows. */
export function Welcome({ ask, goBack }: Props) {
  const words = say.value;
  return (
    <div class="welcome">
      <Mark />
      <h2>{words.greeting}</h2>
      <p class="quiet">{words.privacy}</p>
      <ul class="examples">
        {words.examples.map((example) => (
          <li key={example}>
            <button type="button" onClick={() => ask(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
      {goBack && (
        <button type="button" class="link" onClick={goBack}>
          {words.previousChat}
        </button>
      )}
    </div>
  );
}

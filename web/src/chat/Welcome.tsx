import { Mark } from "../controls/icons";
import { say } from "../language/language";
import { FirstSteps, seen } from "./FirstSteps";

/** What an empty conversation shows. */
export function Welcome({ ask }: { ask(question: string): void }) {
  const words = say.value;
  return (
    <div class="welcome">
      <Mark />
      <h2>{words.greeting}</h2>
      <p class="quiet">{words.privacy}</p>
      <FirstSteps />
      <ul class="examples">
        {words.examples.slice(0, seen.value ? undefined : 1).map((example) => (
          <li key={example}>
            <button type="button" onClick={() => ask(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

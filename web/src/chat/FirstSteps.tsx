import { signal } from "@preact/signals";
import { browser } from "../browser/kept";
import { Close, Lock, Shelf, Thought } from "../controls/icons";
import { say } from "../language/language";

/** Whether they were put away. */
export const seen = signal(browser.read("first-steps") === "seen");

/** Three short cards for whoever is here for the first time. */
export function FirstSteps() {
  const words = say.value;
  if (seen.value) return null;
  const put = () => {
    seen.value = true;
    browser.keep("first-steps", "seen");
  };
  const icons = [<Lock />, <Shelf />, <Thought />];
  return (
    <section class="steps" aria-label={words.firstSteps}>
      <ol>
        {words.steps.map(([title, text], index) => (
          <li key={title}>
            {icons[index]}
            <h3>{title}</h3>
            <p class="quiet">{text}</p>
          </li>
        ))}
      </ol>
      <button type="button" class="plain" onClick={put}>
        <Close />
        {words.understood}
      </button>
    </section>
  );
}

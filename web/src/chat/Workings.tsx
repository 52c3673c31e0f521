import type { WireCall } from "../api/wire";
import { Lens, Thought } from "../controls/icons";
import { say } from "../language/language";
import { Markdown } from "../markdown/Markdown";

/** What the model thought before it answered: folded, and unfolded by whoever wants to read it. */
export function Thinking({ text, open }: { text: string; open: boolean }) {
  const words = say.value;
  return (
    <details class="workings">
      <summary>
        <Thought />
        {open ? words.thinking : words.thoughts}
        {open && <i class="live" aria-hidden="true" />}
      </summary>
      <Markdown source={text} writing={false} />
    </details>
  );
}

/** What the model called: a search tells its words, anything else its arguments. */
export function Calls({ calls }: { calls: readonly WireCall[] }) {
  const words = say.value;
  return (
    <>
      {calls.map(({ name, arguments: given }, index) => {
        const query = name === "search_documents" ? queryOf(given) : null;
        return query === null ? (
          <details class="workings" key={index}>
            <summary>
              <Lens />
              {words.called(name)}
            </summary>
            <pre tabIndex={0}>{given}</pre>
          </details>
        ) : (
          <p class="workings quiet" key={index}>
            <Lens />
            {words.searchedFor(query)}
          </p>
        );
      })}
    </>
  );
}

function queryOf(given: string): string | null {
  try {
    const { query } = JSON.parse(given) as { query?: unknown };
    return typeof query === "string" ? query : null;
  } catch {
    return null;
  }
}

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { failureText } from "../api/failureText";
import type { WireFound } from "../api/wire";
import { linkToView } from "../browser/route";
import { CopyButton } from "../controls/CopyButton";
import { Notice } from "../controls/Notice";
import { Send } from "../controls/icons";
import { PassageCard } from "../documents/PassageCard";
import { say } from "../language/language";
import { Words } from "../text/words";
import type { Looking } from "./looking";

interface Props {
  looking: Looking;
  /** off: none are kept here; none: nothing was added yet. */
  documents: "off" | "none" | "some";
  /** Asks about the picture in the chat; without a question, lets one be written there. */
  ask(question: string): void;
}

/** What is known of the picture: its text, a field to ask about it, what of the documents fits. */
export function Results({ looking, documents, ask }: Props) {
  const words = say.value;
  const { seen, failure, found } = looking;
  const text = seen.value?.text.trim() ?? "";
  if (failure.value) {
    return (
      <Notice tone="trouble" action={null}>
        {failureText(failure.value, words)}
      </Notice>
    );
  }
  if (!seen.value) return null;
  return (
    <>
      <AskField ask={ask} />
      <section aria-label={words.textInPicture}>
        <h3>
          {words.textInPicture}
          {text && <CopyButton text={text} title={words.copy} />}
        </h3>
        {text ? (
          <p class="read" dir="auto" tabIndex={0}>
            {text}
          </p>
        ) : (
          <p class="quiet">{words.noTextInPicture}</p>
        )}
      </section>
      {documents === "some" && found.value && <Fitting found={found.value} />}
      {documents === "none" && (
        <p class="quiet">
          <a href={linkToView("documents")}>{words.addDocuments}</a> {words.addForPictures}
        </p>
      )}
    </>
  );
}

function AskField({ ask }: Pick<Props, "ask">) {
  const words = say.value;
  const question = useSignal("");
  return (
    <form
      class="asking"
      onSubmit={(event) => {
        event.preventDefault();
        ask(question.value.trim());
      }}
    >
      <input
        dir="auto"
        enterkeyhint="send"
        autocomplete="off"
        aria-label={words.askPicture}
        placeholder={words.askPicture}
        value={question.value}
        onInput={({ currentTarget }) => (question.value = currentTarget.value)}
      />
      <button type="submit" class="icon" title={words.askInChat} aria-label={words.askInChat}>
        <Send />
      </button>
    </form>
  );
}

function Fitting({ found: { query, data, waiting } }: { found: WireFound }) {
  const words = say.value;
  const wanted = useMemo(() => new Words(query), [query]);
  return (
    <section class="found" aria-label={words.fitting}>
      <h3>{words.fitting}</h3>
      {data.length === 0 && <p class="quiet">{words.nothingFits}</p>}
      <ol class="passages">
        {data.map((passage, index) => (
          <PassageCard key={`${passage.document}${passage.start}`} passage={passage} number={index + 1} words={wanted} />
        ))}
      </ol>
      {waiting > 0 && <p class="quiet">{words.waitingForMeaning(waiting)}</p>}
    </section>
  );
}

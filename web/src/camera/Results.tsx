import { useSignal } from "@preact/signals";
import { failureText } from "../api/failureText";
import { linkToView } from "../browser/route";
import { CopyButton } from "../controls/CopyButton";
import { Notice } from "../controls/Notice";
import { Send } from "../controls/icons";
import { FoundPassages } from "../documents/FoundPassages";
import { say } from "../language/language";
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
      {documents === "some" && found.value && <FoundPassages found={found.value} title={words.fitting} nothing={words.nothingFits} />}
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

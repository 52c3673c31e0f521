import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { WireMessage } from "../api/wire";
import { Attachments } from "../attachments/Attachments";
import { meaningOf } from "../composer/keys";
import { Choices } from "../controls/Choices";
import { CopyButton } from "../controls/CopyButton";
import { Pencil } from "../controls/icons";
import { say } from "../language/language";
import { Branches } from "./Branches";

interface Props {
  message: WireMessage;
  conversation: string | null;
  versions: readonly string[];
  /** Asks something else in its place; null while that is not possible. */
  edit: ((text: string) => void) | null;
  show(message: string): void;
}

/** What was asked, with what went along. */
export function Question({ message, conversation, versions, edit, show }: Props) {
  const words = say.value;
  const editing = useSignal(false);
  const { text, attachments = [] } = message;
  return (
    <div class="asked">
      {attachments.length > 0 && <Attachments attachments={attachments} conversation={conversation} />}
      {editing.value ? (
        <Editor
          text={text}
          send={(changed) => {
            editing.value = false;
            if (changed !== text) edit?.(changed);
          }}
          cancel={() => (editing.value = false)}
        />
      ) : (
        <>
          <div class="question">
            <h2 class="unseen">{words.you}</h2>
            <p dir="auto">{text}</p>
          </div>
          <div class="actions">
            <Branches all={versions} shown={message.id} title={words.questionVersions} show={show} />
            {edit && (
              <button type="button" class="icon" title={words.edit} aria-label={words.edit} onClick={() => (editing.value = true)}>
                <Pencil />
              </button>
            )}
            <CopyButton text={text} title={words.copyQuestion} />
          </div>
        </>
      )}
    </div>
  );
}

function Editor({ text, send, cancel }: { text: string; send(text: string): void; cancel(): void }) {
  const words = say.value;
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, []);
  const submit = () => {
    const changed = field.current?.value.trim();
    if (changed) send(changed);
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        dir="auto"
        rows={Math.min(10, text.split("\n").length + 1)}
        aria-label={words.edit}
        defaultValue={text}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            cancel();
          } else if (meaningOf(event) === "send") {
            event.preventDefault();
            submit();
          }
        }}
      />
      <p class="quiet">{words.editKeeps}</p>
      <Choices cancel={cancel} title={words.send} />
    </form>
  );
}

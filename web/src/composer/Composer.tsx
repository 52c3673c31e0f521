import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { say } from "../language/language";
import { Send, Stop } from "../controls/icons";
import { draft } from "./draft";
import { meaningOf } from "./keys";
import "./composer.css";

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  answering: boolean;
  /** Whether a message could be answered now. */
  ready: boolean;
  send(text: string): void;
  stop(): void;
  /** What else can be said about a message, beneath it. */
  children?: ComponentChildren;
}

/** Where a message is written, sent, and its answer stopped. */
export function Composer({ field, answering, ready, send, stop, children }: Props) {
  const words = say.value;
  const text = draft.value;
  const sendable = ready && !answering && text.trim() !== "";
  const submit = () => {
    if (!sendable) return;
    draft.value = "";
    send(text.trim());
  };
  const pressed = (event: KeyboardEvent) => {
    if (meaningOf(event) !== "send") return;
    event.preventDefault();
    submit();
  };
  useLayoutEffect(() => fit(field.current), [text]);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="box">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          enterkeyhint="send"
          aria-label={words.question}
          placeholder={words.placeholder}
          value={text}
          onInput={(event) => (draft.value = event.currentTarget.value)}
          onKeyDown={pressed}
        />
        <div class="tools">{children}</div>
      </div>
      {answering ? (
        <button type="button" class="round" title={words.stop} aria-label={words.stop} onClick={stop}>
          <Stop />
        </button>
      ) : (
        <button type="submit" class="round" title={words.send} aria-label={words.send} aria-disabled={!sendable}>
          <Send />
        </button>
      )}
      <p class="hint quiet">{answering ? words.keysAnswering : words.keys}</p>
    </form>
  );
}

// Where the browser can, the style sheet does this (field-sizing).
function fit(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

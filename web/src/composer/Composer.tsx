import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { picked } from "../attachments/picked";
import { PickedList } from "../attachments/Attachments";
import { linkToView } from "../browser/route";
import { DropHere, useDrop } from "../controls/drop";
import { Camera, Clip, Send, Stop } from "../controls/icons";
import { say } from "../language/language";
import { draft } from "./draft";
import { meaningOf } from "./keys";
import "./composer.css";

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  answering: boolean;
  /** Whether a message could be answered now. */
  ready: boolean;
  /** Whether what is written is being dictated just now. */
  busy: boolean;
  send(text: string): void;
  stop(): void;
  /** Files that are to go with the message. */
  take(files: Iterable<File>): void;
  /** What else can be said about a message, beneath it. */
  children?: ComponentChildren;
}

/** Where a message is written, sent, and its answer stopped; files can be dropped and pasted here. */
export function Composer({ field, answering, ready, busy, send, stop, take, children }: Props) {
  const words = say.value;
  const text = draft.value;
  const files = picked.value;
  const whole = files.every(({ busy, problem }) => !busy && problem === null);
  const sendable = ready && !answering && whole && (text.trim() !== "" || files.length > 0);
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
  const pasted = (event: ClipboardEvent) => {
    const pastedFiles = [...(event.clipboardData?.files ?? [])];
    if (pastedFiles.length === 0) return;
    event.preventDefault();
    take(pastedFiles);
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
        <PickedList />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          enterkeyhint="send"
          aria-label={words.question}
          placeholder={busy ? words.voice.placeholder : words.placeholder}
          value={text}
          readOnly={busy}
          onInput={(event) => (draft.value = event.currentTarget.value)}
          onKeyDown={pressed}
          onPaste={pasted}
        />
        <div class="tools">
          <PickButton take={take} />
          <a class="icon" href={linkToView("camera")} title={words.camera} aria-label={words.camera}>
            <Camera />
          </a>
          {children}
        </div>
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
      <p class="hint quiet">{busy ? words.voice.keys : answering ? words.keysAnswering : words.keys}</p>
    </form>
  );
}

function PickButton({ take }: Pick<Props, "take">) {
  const words = say.value;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="icon" title={words.attach} aria-label={words.attach} onClick={() => input.current?.click()}>
        <Clip />
      </button>
      <input
        ref={input}
        class="attach"
        type="file"
        multiple
        hidden
        aria-label={words.attach}
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

/** Takes files that are dropped anywhere in it. */
export function DropZone({ take, children, ...rest }: Pick<Props, "take"> & { children: ComponentChildren; class: string; inert: boolean }) {
  const { over, zone } = useDrop(({ files }) => take([...files]));
  return (
    <div {...rest} {...zone}>
      {children}
      {over && <DropHere title={say.value.dropToAttach} />}
    </div>
  );
}

// Where the browser can, the style sheet does this (field-sizing).
function fit(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import { transcribed } from "../api/voice";
import { Dialog } from "../controls/Dialog";
import { Notice } from "../controls/Notice";
import { SecureLink } from "../controls/SecureLink";
import { say } from "../language/language";
import { choices } from "./choices";
import type { Lack } from "./sound/microphone";

interface Props {
  lack: Lack;
  close(): void;
  take(text: string): void;
}

/** Says why there is no microphone, where there is one, and takes a recording meanwhile. */
export function NoMicrophone({ lack, close, take }: Props) {
  const words = say.value.voice;
  return (
    <Dialog title={words.noMicrophone} close={close}>
      <p>{words.lacks[lack]}</p>
      {lack === "insecure" && <SecureLink />}
      <Recorder
        take={(text) => {
          close();
          take(text);
        }}
      />
      <div class="choices">
        <button type="button" class="main" onClick={close}>
          {say.value.close}
        </button>
      </div>
    </Dialog>
  );
}

/** A phone's own recorder, or a file that is there. */
function Recorder({ take }: { take(text: string): void }) {
  const words = say.value;
  const input = useRef<HTMLInputElement>(null);
  const busy = useSignal(false);
  const trouble = useSignal("");
  const chosen = async (file: File | undefined) => {
    if (!file) return;
    busy.value = true;
    trouble.value = "";
    try {
      take(await transcribed(file, file.name || "recording", choices().language, new AbortController().signal));
    } catch (error) {
      const failure = failureOf(error);
      trouble.value = failure.cause === "gone" ? words.gone : failureText(failure, words);
    }
    busy.value = false;
  };
  return (
    <>
      <p>{words.voice.recordMeanwhile}</p>
      <p>
        <button type="button" class="plain framed" aria-disabled={busy.value} onClick={() => !busy.value && input.current?.click()}>
          {words.voice.record}
        </button>{" "}
        <span class="quiet" role="status">
          {busy.value && words.voice.states.finishing}
        </span>
      </p>
      <input
        ref={input}
        type="file"
        accept="audio/*"
        capture="user"
        hidden
        aria-label={words.voice.record}
        onChange={({ currentTarget }) => {
          void chosen(currentTarget.files?.[0]);
          currentTarget.value = "";
        }}
      />
      {trouble.value && (
        <Notice tone="trouble" action={null}>
          {trouble.value}
        </Notice>
      )}
    </>
  );
}

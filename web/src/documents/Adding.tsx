import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Named } from "../api/documents";
import { Folder, Globe, Pencil, Upload } from "../controls/icons";
import { say } from "../language/language";
import { AddressDialog, PathDialog, TextDialog } from "./AddDialogs";
import { named } from "./dropped";
import type { Library } from "./library";

/** The ways in which documents come in. */
export function Adding({ library }: { library: Library }) {
  const words = say.value;
  const asked = useSignal<"path" | "address" | "text" | null>(null);
  const close = () => (asked.value = null);
  return (
    <section class="adding" aria-label={words.add}>
      <FilePicker pick={(files) => void library.send(files)} />
      <p class="quiet hint">{words.dropHere}</p>
      <div class="ways">
        <button type="button" class="plain" onClick={() => (asked.value = "path")}>
          <Folder />
          {words.addPath}
        </button>
        <button type="button" class="plain" onClick={() => (asked.value = "address")}>
          <Globe />
          {words.addAddress}
        </button>
        <button type="button" class="plain" onClick={() => (asked.value = "text")}>
          <Pencil />
          {words.addText}
        </button>
      </div>
      {asked.value === "path" && <PathDialog library={library} close={close} />}
      {asked.value === "address" && <AddressDialog library={library} close={close} />}
      {asked.value === "text" && <TextDialog library={library} close={close} />}
    </section>
  );
}

function FilePicker({ pick }: { pick(files: Named[]): void }) {
  const field = useRef<HTMLInputElement>(null);
  const picked = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    pick(named(currentTarget.files ?? []));
    currentTarget.value = ""; // so that the same file can be picked again
  };
  return (
    <>
      <input ref={field} type="file" multiple hidden onChange={picked} />
      <button type="button" class="main" onClick={() => field.current?.click()}>
        <Upload />
        {say.value.addFiles}
      </button>
    </>
  );
}

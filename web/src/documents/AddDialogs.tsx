import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type * as api from "../api/documents";
import { failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import type { WireJob } from "../api/wire";
import { Choices } from "../controls/Choices";
import { Dialog } from "../controls/Dialog";
import { say } from "../language/language";
import { LabelFields, labelsIn } from "./LabelFields";
import type { Library } from "./library";

interface Props {
  library: Library;
  close(): void;
}

/** Asks for a file or folder of the assistant's computer. */
export function PathDialog({ library, close }: Props) {
  const words = say.value;
  const hint = useId();
  return (
    <AddDialog
      title={words.addPath}
      library={library}
      close={close}
      add={(form, service) => service.addPath(text(form, "path").trim(), form.has("watch"), labelsIn(form))}
    >
      <label>
        {words.path}
        <input name="path" required autocomplete="off" spellcheck={false} dir="ltr" aria-describedby={hint} />
      </label>
      <p class="quiet" id={hint}>
        {words.pathHint}
      </p>
      <label class="tick">
        <input type="checkbox" name="watch" />
        {words.watch}
      </label>
    </AddDialog>
  );
}

/** Asks for a web address. */
export function AddressDialog({ library, close }: Props) {
  const words = say.value;
  return (
    <AddDialog
      title={words.addAddress}
      library={library}
      close={close}
      add={(form, service) =>
        service.addAddress(withScheme(text(form, "address").trim()), Number(text(form, "depth")), labelsIn(form))
      }
    >
      <label>
        {words.address}
        <input name="address" required inputMode="url" autocomplete="off" spellcheck={false} dir="ltr" placeholder="https://" />
      </label>
      <label>
        {words.depth}
        <select name="depth">
          {words.depths.map((title, depth) => (
            <option key={depth} value={depth}>
              {title}
            </option>
          ))}
        </select>
      </label>
    </AddDialog>
  );
}

/** Asks for a text. */
export function TextDialog({ library, close }: Props) {
  const words = say.value;
  return (
    <AddDialog
      title={words.addText}
      library={library}
      close={close}
      add={(form, service) => service.addText(text(form, "name").trim() || words.untitled, text(form, "text"), labelsIn(form))}
    >
      <label>
        {words.textBody}
        <textarea name="text" required rows={8} dir="auto" />
      </label>
      <label>
        {words.textName}
        <input name="name" autocomplete="off" placeholder={words.untitled} />
      </label>
    </AddDialog>
  );
}

interface AddProps extends Props {
  title: string;
  add(form: FormData, service: typeof api): Promise<WireJob[]>;
  children: ComponentChildren;
}

/** A form whose answers become jobs; what the assistant refuses is said in it. */
function AddDialog({ title, library, close, add, children }: AddProps) {
  const words = say.value;
  const trouble = useSignal("");
  const busy = useSignal(false);
  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    if (busy.value) return;
    const form = new FormData(event.currentTarget);
    busy.value = true;
    try {
      await library.add((service) => add(form, service));
      close();
    } catch (error) {
      trouble.value = failureText(failureOf(error), words);
    }
    busy.value = false;
  };
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={(event) => void submit(event as SubmitEvent & { currentTarget: HTMLFormElement })}>
        {children}
        <LabelFields library={library} collection="" tags={[]} />
        <p class="trouble" role="alert">
          {trouble}
        </p>
        <Choices cancel={close} title={words.add} busy={busy} />
      </form>
    </Dialog>
  );
}

function text(form: FormData, name: string): string {
  return String(form.get(name) ?? "");
}

function withScheme(address: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `https://${address}`;
}

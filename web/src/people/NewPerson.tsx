import { useSignal } from "@preact/signals";
import { type Failure, failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import { Choices } from "../controls/Choices";
import { Dialog } from "../controls/Dialog";
import { say } from "../language/language";
import type { People } from "./people";
import { PinField } from "./PinField";

/** Asks for a new person's name and, if they want one, a PIN. */
export function NewPerson({ people, close }: { people: People; close(): void }) {
  const words = say.value;
  const name = useSignal("");
  const pin = useSignal("");
  const failure = useSignal<Failure | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await people.add(name.value.trim(), pin.value);
      close();
    } catch (error) {
      failure.value = failureOf(error);
    }
  };
  return (
    <Dialog title={words.addPerson} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          {words.personName}
          <input required maxLength={80} dir="auto" value={name.value} onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
        </label>
        <PinField title={words.pinCode} pin={pin} />
        <p class="quiet">{words.pinHint}</p>
        <p class="trouble" role="alert">
          {failure.value && failureText(failure.value, words)}
        </p>
        <Choices cancel={close} title={words.add} />
      </form>
    </Dialog>
  );
}

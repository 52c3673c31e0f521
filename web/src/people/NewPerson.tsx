import { useSignal } from "@preact/signals";
import { type Failure, failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import { Dialog } from "../controls/Dialog";
import { say } from "../language/language";
import type { People } from "./people";

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
        <label>
          {words.pinCode}
          <input
            type="password"
            autocomplete="new-password"
            minLength={4}
            maxLength={64}
            value={pin.value}
            onInput={({ currentTarget }) => (pin.value = currentTarget.value)}
          />
        </label>
        <p class="quiet">{words.pinHint}</p>
        <p class="trouble" role="alert">
          {failure.value && failureText(failure.value, words)}
        </p>
        <div class="choices">
          <button type="button" class="plain" onClick={close}>
            {words.cancel}
          </button>
          <button type="submit" class="main">
            {words.add}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

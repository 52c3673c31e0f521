import { useSignal } from "@preact/signals";
import { failureText } from "../api/failureText";
import { Dialog } from "../controls/Dialog";
import { say } from "../language/language";
import type { People } from "./people";

/** Asks for the PIN of the person who is to be opened. */
export function PinDialog({ people }: { people: People }) {
  const words = say.value;
  const pin = useSignal("");
  const asking = people.asking.value;
  if (!asking) return null;
  const submit = async (event: Event) => {
    event.preventDefault();
    await people.unlock(pin.value);
    pin.value = "";
  };
  const others = people.list.value.filter(({ id }) => id !== asking.profile.id);
  return (
    <Dialog title={words.pinOf(asking.profile.name || words.me)} close={() => people.giveUp()}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          {words.pinCode}
          <input
            type="password"
            inputMode="numeric"
            autocomplete="off"
            required
            aria-invalid={asking.failure !== null}
            value={pin.value}
            onInput={({ currentTarget }) => (pin.value = currentTarget.value)}
          />
        </label>
        <p class="trouble" role="alert">
          {asking.failure && failureText(asking.failure, words)}
        </p>
        <div class="choices">
          {others.slice(0, 3).map((each) => (
            <button
              key={each.id}
              type="button"
              class="plain"
              onClick={() => {
                people.giveUp();
                void people.choose(each);
              }}
            >
              {each.name || words.me}
            </button>
          ))}
          <button type="submit" class="main">
            {words.open}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

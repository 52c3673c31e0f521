import { useSignal } from "@preact/signals";
import { type Failure, failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import { say } from "../language/language";
import { NewPerson } from "../people/NewPerson";
import type { People } from "../people/people";
import { PinField } from "../people/PinField";
import { Section } from "./parts";

/** The person who uses the page: their name and PIN. */
export function You({ people }: { people: People }) {
  const words = say.value;
  const current = people.current.value;
  const name = useSignal(current?.name ?? "");
  const pin = useSignal("");
  const failure = useSignal<Failure | null>(null);
  const done = useSignal(false);
  const adding = useSignal(false);
  const removing = useSignal(false);
  const attempt = async (action: () => Promise<void>) => {
    failure.value = null;
    try {
      await action();
      done.value = true;
      window.setTimeout(() => (done.value = false), 2000);
    } catch (error) {
      failure.value = failureOf(error);
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      await people.change({ name: name.value.trim(), ...(pin.value && { pin: pin.value }) });
      pin.value = "";
    });
  };
  return (
    <Section title={words.person} hint={words.personHint}>
      <form class="you" onSubmit={submit}>
        <label>
          {words.personName}
          <input maxLength={80} dir="auto" placeholder={words.me} value={name.value} onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
        </label>
        <PinField title={current?.locked ? words.newPin : words.pinCode} pin={pin} />
        <div class="choices">
          <button type="submit" class="main">
            {words.save}
          </button>
          <span role="status" class="quiet">
            {done.value && words.saved}
          </span>
        </div>
      </form>
      <p class="trouble" role="alert">
        {failure.value && failureText(failure.value, words)}
      </p>
      <div class="buttons">
        {current?.locked && (
          <button type="button" class="plain" onClick={() => void attempt(() => people.change({ pin: null }))}>
            {words.noPin}
          </button>
        )}
        <button type="button" class="plain" onClick={() => (adding.value = true)}>
          {words.addPerson}
        </button>
        {people.list.value.length > 1 &&
          (removing.value ? (
            <>
              <span>{words.removePersonSure}</span>
              <button type="button" class="main risky" onClick={() => void attempt(() => people.remove())}>
                {words.delete}
              </button>
              <button type="button" class="plain" onClick={() => (removing.value = false)}>
                {words.keep}
              </button>
            </>
          ) : (
            <button type="button" class="plain risky" onClick={() => (removing.value = true)}>
              {words.removePerson}
            </button>
          ))}
      </div>
      {adding.value && <NewPerson people={people} close={() => (adding.value = false)} />}
    </Section>
  );
}

import { useEffect, useId, useRef } from "preact/hooks";
import { Choices } from "../controls/Choices";
import { say } from "../language/language";

interface Props {
  /** Whether a key was tried and refused. */
  refused: boolean;
  use(key: string): void;
  close(): void;
}

/** Asks for the API key. */
export function KeyDialog({ refused, use, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const words = say.value;
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    const key = field.current?.value.trim();
    if (key) use(key);
  };
  return (
    <dialog ref={dialog} aria-labelledby={`${id}title`} onClose={close}>
      <form onSubmit={submit}>
        <h2 id={`${id}title`}>{words.keyNeeded}</h2>
        <p class="quiet" id={`${id}hint`}>
          {words.keyHint}
        </p>
        <label>
          {words.key}
          <input
            ref={field}
            type="password"
            autocomplete="off"
            required
            aria-invalid={refused}
            aria-describedby={`${id}hint ${id}refused`}
          />
        </label>
        <p class="trouble" role="alert" id={`${id}refused`}>
          {refused && words.keyWrong}
        </p>
        <Choices cancel={close} title={words.useKey} />
      </form>
    </dialog>
  );
}

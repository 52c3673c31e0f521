import { Left, Right } from "../controls/icons";
import { say } from "../language/language";

interface Props {
  /** The messages in one place, and the one that is shown. */
  all: readonly string[];
  shown: string;
  title: string;
  show(message: string): void;
}

/** Leads to what else was asked, or answered, in this place. */
export function Branches({ all, shown, title, show }: Props) {
  const words = say.value;
  const at = all.indexOf(shown);
  if (all.length < 2 || at < 0) return null;
  const step = (by: number) => {
    const next = all[at + by];
    if (next) show(next);
  };
  return (
    <span class="branches" role="group" aria-label={title}>
      <button type="button" class="icon" title={words.previousVersion} aria-label={words.previousVersion} disabled={at === 0} onClick={() => step(-1)}>
        <Left />
      </button>
      <span class="quiet">
        {at + 1}/{all.length}
      </span>
      <button type="button" class="icon" title={words.nextVersion} aria-label={words.nextVersion} disabled={at === all.length - 1} onClick={() => step(1)}>
        <Right />
      </button>
    </span>
  );
}

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { say } from "../language/language";

interface Props {
  cancel(): void;
  /** What the main button, which submits the form, says. */
  title: string;
  /** Not its value: what is written in the form stays where nothing else is drawn anew. */
  busy?: Signal<boolean>;
  /** Further buttons in front. */
  children?: ComponentChildren;
}

/** How a form can be left: the last line of it. */
export function Choices({ cancel, title, busy, children }: Props) {
  return (
    <div class="choices">
      {children}
      <button type="button" class="plain" onClick={cancel}>
        {say.value.cancel}
      </button>
      <button type="submit" class="main" aria-disabled={busy}>
        {title}
      </button>
    </div>
  );
}

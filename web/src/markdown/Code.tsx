import { say } from "../language/language";
import { CopyButton } from "../controls/CopyButton";
import { highlighted } from "./highlight";

interface Props {
  text: string;
  /** What stands after the opening fence. */
  language: string;
}

/** A block of code with its language and a copy button. */
export function Code({ text, language }: Props) {
  const [name = ""] = language.split(/[\s{:,]/);
  const words = say.value;
  return (
    <figure class="code">
      <figcaption>
        <span>{name || words.code}</span>
        <CopyButton text={text} title={words.copyCode} />
      </figcaption>
      <pre tabIndex={0} dir="ltr">
        <code>{highlighted(text, name.toLowerCase())}</code>
      </pre>
    </figure>
  );
}

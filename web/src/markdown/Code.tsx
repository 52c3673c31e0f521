import { say } from "../language/language";
import { CopyButton } from "../controls/CopyButton";
import { highlighted } from "./highlight";
import { ReferenceMark } from "./ReferenceMarks";
import { withoutMarks } from "./references";

interface Props {
  text: string;
  /** What stands after the opening fence. */
  language: string;
}

/** A block of code with its language and a copy button. */
export function Code({ text: marked, language }: Props) {
  const [text, references] = withoutMarks(marked);
  const [name = ""] = language.split(/[\s{:,]/);
  const words = say.value;
  return (
    <figure class="code">
      <figcaption>
        <span>
          {name || words.code}
          {references.map((index) => (
            <ReferenceMark key={index} index={index} />
          ))}
        </span>
        <CopyButton text={text} title={words.copyCode} />
      </figcaption>
      <pre tabIndex={0} dir="ltr">
        <code>{highlighted(text, name.toLowerCase())}</code>
      </pre>
    </figure>
  );
}

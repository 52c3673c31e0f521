import { CopyButton } from "../controls/CopyButton";
import { Download } from "../controls/icons";
import { save } from "../controls/save";
import { say } from "../language/language";
import { CodeText } from "./CodeText";
import { Diagram } from "./Diagram";
import { fileName } from "./files";
import { ReferenceMark } from "./ReferenceMarks";
import { withoutMarks } from "./references";

interface Props {
  text: string;
  /** What stands after the opening fence. */
  language: string;
  /** Whether its closing fence is there. */
  complete: boolean;
}

/** A block of code with its language, to be copied and downloaded; a diagram is drawn. */
export function Code({ text: marked, language, complete }: Props) {
  const [text, references] = withoutMarks(marked);
  const [written = ""] = language.split(/[\s{:,]/);
  const name = written.toLowerCase();
  const words = say.value;
  if (name === "mermaid" && complete) return <Diagram source={text} />;
  const download = () => save(fileName(name), new Blob([text], { type: "text/plain" }));
  return (
    <figure class="code">
      <figcaption>
        <span>
          {written || words.code}
          {references.map((index) => (
            <ReferenceMark key={index} index={index} />
          ))}
        </span>
        <button type="button" class="icon" title={words.downloadCode} aria-label={words.downloadCode} onClick={download}>
          <Download />
        </button>
        <CopyButton text={text} title={words.copyCode} />
      </figcaption>
      <CodeText text={text} language={name} />
    </figure>
  );
}

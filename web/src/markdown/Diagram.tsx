import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CopyButton } from "../controls/CopyButton";
import { say } from "../language/language";
import { useDark } from "../look/dark";
import { CodeText } from "./CodeText";
import { drawn } from "./diagrams";

/** A Mermaid diagram: drawn once it is complete; its source where it cannot be. */
export function Diagram({ source }: { source: string }) {
  const words = say.value;
  const dark = useDark();
  const picture = useSignal("");
  const shown = useSignal(true);
  useEffect(() => {
    let url = "";
    let gone = false;
    void drawn(source, dark).then(
      (svg) => {
        if (gone) return;
        url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
        picture.value = url;
      },
      () => (picture.value = ""),
    );
    return () => {
      gone = true;
      URL.revokeObjectURL(url);
    };
  }, [source, dark]);
  return (
    <figure class="code diagram">
      <figcaption>
        <span>{words.diagram}</span>
        {picture.value && (
          <button type="button" class="link" onClick={() => (shown.value = !shown.value)}>
            {shown.value ? words.showSource : words.showDiagram}
          </button>
        )}
        <CopyButton text={source} title={words.copyCode} />
      </figcaption>
      {picture.value && shown.value ? (
        <div class="drawing" role="region" aria-label={words.diagram} tabIndex={0}>
          <img src={picture.value} alt={source} />
        </div>
      ) : (
        <CodeText text={source} language="" />
      )}
    </figure>
  );
}

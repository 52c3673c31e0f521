import { highlighted } from "./highlight";

/** Code as it stands, in colours where its language is known. */
export function CodeText({ text, language }: { text: string; language: string }) {
  return (
    <pre tabIndex={0} dir="ltr">
      <code>{highlighted(text, language)}</code>
    </pre>
  );
}

import type { ComponentChildren } from "preact";
import * as api from "../api/documents";
import { key } from "../api/key";

interface Props {
  id: string;
  name: string;
  class: string;
  title?: string;
  children: ComponentChildren;
}

/** Downloads a document's original. */
export function DownloadLink({ id, name, children, ...rest }: Props) {
  // A link cannot carry the key: then the page fetches the file itself.
  const fetched = (event: Event) => {
    if (key.read() === null) return;
    event.preventDefault();
    void api.file(id).then((file) => offer(file, name));
  };
  return (
    <a {...rest} aria-label={rest.title} href={api.fileAddress(id)} download={name} onClick={fetched}>
      {children}
    </a>
  );
}

function offer(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

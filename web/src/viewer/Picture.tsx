import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../api/documents";
import type { WireDocument } from "../api/wire";

/** A picture as it is. */
export function Picture({ document }: { document: WireDocument }) {
  const address = useSignal<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let wanted = true;
    // Fetched by the page, which has the key, and shown only if the browser can draw it.
    void api.file(document.id).then(
      (file) => wanted && (address.value = made = URL.createObjectURL(file)),
      () => undefined,
    );
    return () => {
      wanted = false;
      if (made) URL.revokeObjectURL(made);
    };
  }, [document.id]);
  if (!address.value) return null;
  return <img class="picture" src={address.value} alt={document.name} onError={() => (address.value = null)} />;
}

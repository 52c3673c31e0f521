import { useId } from "preact/hooks";
import type { Labels } from "../api/documents";
import { say } from "../language/language";
import type { Library } from "./library";

interface Props {
  library: Library;
  collection: string;
  tags: readonly string[];
}

/** The fields for what one says about a document: its collection and its tags. */
export function LabelFields({ library, collection, tags }: Props) {
  const words = say.value;
  const known = useId();
  return (
    <div class="labels">
      <label>
        {words.collection}
        <input name="collection" list={known} defaultValue={collection} autocomplete="off" placeholder={words.collectionHint} />
      </label>
      <datalist id={known}>
        {library.collections.value.map(([name]) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label>
        {words.tagsField}
        <input name="tags" defaultValue={tags.join(", ")} autocomplete="off" placeholder={words.tagsHint} />
      </label>
    </div>
  );
}

/** The labels in a form with these fields. */
export function labelsIn(form: FormData): Labels {
  return {
    collection: String(form.get("collection") ?? "").trim(),
    tags: tagsIn(String(form.get("tags") ?? "")),
  };
}

/** Tags between commas, Chinese ones too, each once. */
export function tagsIn(text: string): string[] {
  return [...new Set(text.split(/[,，、]/).map((tag) => tag.trim()).filter(Boolean))];
}

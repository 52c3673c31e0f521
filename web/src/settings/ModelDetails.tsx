import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../api/assistant";
import type { WireModel } from "../api/wire";
import { LANGUAGES, language, say } from "../language/language";
import { size } from "../language/measures";
import { Facts, Section } from "./parts";

/** The model that answers. */
export function ModelDetails({ ready }: { ready: boolean }) {
  const words = say.value;
  const model = useSignal<WireModel | null>(null);
  useEffect(() => {
    if (ready) void api.model().then((found) => (model.value = found), () => undefined);
  }, [ready]);
  const number = (value: number | undefined) => (value === undefined ? null : value.toLocaleString(LANGUAGES[language.value].tag));
  const meta = model.value?.meta;
  return (
    <Section title={words.model}>
      {model.value ? (
        <Facts
          rows={[
            [words.nameOf, meta?.name || model.value.id],
            [words.kind, meta?.description ?? null],
            [words.parameters, meta?.n_params ? words.parameterCount(meta.n_params) : null],
            [words.size, meta?.size ? size(meta.size) : null],
            [words.contextTokens, number(meta?.n_ctx)],
            [words.trainedTokens, number(meta?.n_ctx_train)],
          ]}
        />
      ) : (
        <p class="quiet">{words.loading}</p>
      )}
    </Section>
  );
}

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export function Section({ title, hint, children }: { title: string; hint?: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {hint && <p class="quiet">{hint}</p>}
      {children}
    </section>
  );
}

interface ChoiceProps<T extends string> {
  title: string;
  options: readonly (readonly [value: T, title: string])[];
  chosen: T;
  choose(value: T): void;
}

/** One of a few. */
export function Choice<T extends string>({ title, options, chosen, choose }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{title}</legend>
      <div class="segments">
        {options.map(([value, words]) => (
          <label key={value}>
            <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => choose(value)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Facts with their names; what is not known is left out. */
export function Facts({ rows }: { rows: readonly (readonly [title: string, value: string | null])[] }) {
  return (
    <dl class="facts">
      {rows.map(([title, value]) =>
        value ? (
          <div key={title}>
            <dt>{title}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

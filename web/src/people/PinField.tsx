import type { Signal } from "@preact/signals";

/** Where a new PIN is written. */
export function PinField({ title, pin }: { title: string; pin: Signal<string> }) {
  return (
    <label>
      {title}
      <input
        type="password"
        autocomplete="new-password"
        minLength={4}
        maxLength={64}
        value={pin.value}
        onInput={({ currentTarget }) => (pin.value = currentTarget.value)}
      />
    </label>
  );
}

/** What the page keeps in the browser. Storage may be full or forbidden: then nothing is kept. */

export interface Shelf {
  read(name: string): string | null;
  keep(name: string, value: string): void;
  drop(name: string): void;
}

const PREFIX = "assistant.";

/** Kept for this tab until it is closed. */
export const tab: Shelf = shelf(() => window.sessionStorage);

/** Kept for this browser. */
export const browser: Shelf = shelf(() => window.localStorage);

function shelf(storage: () => Storage): Shelf {
  return {
    read: (name) => attempt(() => storage().getItem(PREFIX + name)) ?? null,
    keep: (name, value) => attempt(() => storage().setItem(PREFIX + name, value)),
    drop: (name) => attempt(() => storage().removeItem(PREFIX + name)),
  };
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

import { computed, effect, signal } from "@preact/signals";
import type { WireFilter } from "../api/wire";
import { browser } from "../browser/kept";

/** Which documents a question may look into. */
export type Scope =
  | { kind: "all" }
  | { kind: "collection"; name: string }
  | { kind: "tag"; name: string }
  | { kind: "documents"; ids: readonly string[] };

export const ALL: Scope = { kind: "all" };

/** Whether questions look into documents. */
export const inUse = signal(false);
export const scope = signal<Scope>(ALL);

/** The filter of the next question; null where it looks into no documents. */
export const filter = computed(() => (inUse.value ? filterOf(scope.value) : null));

export function filterOf(scope: Scope): WireFilter {
  switch (scope.kind) {
    case "all":
      return {};
    case "collection":
      return { collections: [scope.name] };
    case "tag":
      return { tags: [scope.name] };
    case "documents":
      return { docs_ids: scope.ids };
  }
}

/** The scope with a document more or less; without any, all documents. */
export function toggled(scope: Scope, id: string): Scope {
  const chosen = scope.kind === "documents" ? scope.ids : [];
  const ids = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id];
  return ids.length > 0 ? { kind: "documents", ids } : ALL;
}

/** The scope without what is no longer there. */
export function existing(scope: Scope, ids: ReadonlySet<string>, collections: readonly string[], tags: readonly string[]): Scope {
  if (scope.kind === "collection") return collections.includes(scope.name) ? scope : ALL;
  if (scope.kind === "tag") return tags.includes(scope.name) ? scope : ALL;
  if (scope.kind === "all" || scope.ids.every((id) => ids.has(id))) return scope;
  const left = scope.ids.filter((id) => ids.has(id));
  return left.length > 0 ? { kind: "documents", ids: left } : ALL;
}

/** Brings back what was chosen in this browser, and keeps what is chosen. */
export function remember(): void {
  inUse.value = browser.read("documents") === "used";
  scope.value = restored(browser.read("scope"));
  effect(() => browser.keep("documents", inUse.value ? "used" : "unused"));
  effect(() => browser.keep("scope", JSON.stringify(scope.value)));
}

/** A scope as it was kept; what cannot be read is all documents. */
export function restored(kept: string | null): Scope {
  try {
    const scope = JSON.parse(kept ?? "") as Partial<{ kind: string; name: unknown; ids: unknown }> | null;
    if ((scope?.kind === "collection" || scope?.kind === "tag") && typeof scope.name === "string") {
      return { kind: scope.kind, name: scope.name };
    }
    if (scope?.kind === "documents" && Array.isArray(scope.ids)) return { kind: "documents", ids: scope.ids };
    return ALL;
  } catch {
    return ALL;
  }
}

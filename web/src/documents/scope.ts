import type { WireFilter } from "../api/wire";
import { browser } from "../browser/kept";
import type { Library } from "./library";

/** Which documents a conversation may look into. */
export type Scope =
  | { kind: "all" }
  | { kind: "collection"; name: string }
  | { kind: "tag"; name: string }
  | { kind: "documents"; ids: readonly string[] };

export const ALL: Scope = { kind: "all" };

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

/** filterOf's other way; what the page cannot show is all documents. */
export function scopeOf({ docs_ids, collections, tags }: WireFilter): Scope {
  if (docs_ids?.length) return { kind: "documents", ids: docs_ids };
  if (collections?.[0] !== undefined) return { kind: "collection", name: collections[0] };
  if (tags?.[0] !== undefined) return { kind: "tag", name: tags[0] };
  return ALL;
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

/** What of a filter is still there; null where nothing is looked into. */
export function present(filter: WireFilter | null, library: Library): Scope | null {
  if (!filter || !library.available.value) return null;
  const scope = scopeOf(filter);
  if (!library.loaded.value) return scope;
  const names = (counted: readonly [string, number][]) => counted.map(([name]) => name);
  const documents = library.documents.value;
  if (documents.length === 0) return null;
  return existing(scope, new Set(documents.map(({ id }) => id)), names(library.collections.value), names(library.tags.value));
}

/** The filter that goes with a question. */
export function filterFor(filter: WireFilter | null, library: Library): WireFilter | null {
  const scope = present(filter, library);
  return scope && filterOf(scope);
}

/** What new conversations look into: what was chosen last in this browser. */
export const usual = {
  read(): WireFilter | null {
    try {
      const kept: unknown = JSON.parse(browser.read("looks-into") ?? "null");
      return typeof kept === "object" && !Array.isArray(kept) ? kept : null;
    } catch {
      return null;
    }
  },
  keep: (filter: WireFilter | null): void => browser.keep("looks-into", JSON.stringify(filter)),
};

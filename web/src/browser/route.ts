import { signal } from "@preact/signals";

/** A document that is open; where a passage of it is meant, from which character to which. */
export interface Place {
  document: string;
  page: number | null;
  passage: readonly [start: number, end: number] | null;
}

/** What the address of the page says: the view, and the document beside it. */
export interface Route {
  view: "chat" | "documents";
  open: Place | null;
}

export const route = signal<Route>({ view: "chat", open: null });

/** What an address's part after "#" means; what cannot be read is the chat. */
export function routeOf(hash: string): Route {
  const [view, query = ""] = hash.replace(/^#/, "").split("?");
  const values = new URLSearchParams(query);
  const document = values.get("document");
  const [start, end] = [whole(values.get("from")), whole(values.get("to"))];
  return {
    view: view === "documents" ? "documents" : "chat",
    open: document
      ? { document, page: whole(values.get("page")), passage: start !== null && end !== null ? [start, end] : null }
      : null,
  };
}

/** The address's part after "#" for a route; routeOf's other way. */
export function hashOf({ view, open }: Route): string {
  if (!open) return `#${view}`;
  const values = new URLSearchParams({ document: open.document });
  if (open.page !== null) values.set("page", String(open.page));
  if (open.passage) {
    values.set("from", String(open.passage[0]));
    values.set("to", String(open.passage[1]));
  }
  return `#${view}?${values}`;
}

/** A link that opens a document beside the view that is shown. */
export function linkTo(open: Place): string {
  return hashOf({ view: route.value.view, open });
}

/** Follows the address from now on. */
export function begin(): void {
  const read = () => (route.value = routeOf(window.location.hash));
  read();
  window.addEventListener("hashchange", read);
}

/** Goes to another view; the Back button returns. */
export function go(view: Route["view"]): void {
  if (route.value.view !== view || route.value.open) window.location.hash = hashOf({ view, open: null });
}

/** Closes the open document. Back does not open it again. */
export function close(): void {
  const closed: Route = { view: route.value.view, open: null };
  window.history.replaceState(null, "", hashOf(closed));
  route.value = closed;
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

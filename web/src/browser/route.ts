import { signal } from "@preact/signals";

/** A document that is open; where a passage of it is meant, from which character to which. */
export interface Place {
  document: string;
  page: number | null;
  passage: readonly [start: number, end: number] | null;
}

export type View = "chat" | "camera" | "documents" | "settings";

/** What the address of the page says: the view, the conversation, and the document beside it. */
export interface Route {
  view: View;
  /** null: a new one. */
  conversation: string | null;
  open: Place | null;
}

const VIEWS: readonly string[] = ["chat", "camera", "documents", "settings"] satisfies View[];

export const route = signal<Route>({ view: "chat", conversation: null, open: null });

/** What an address's part after "#" means; what cannot be read is the chat. */
export function routeOf(hash: string): Route {
  const [view = "", query = ""] = hash.replace(/^#/, "").split("?");
  const values = new URLSearchParams(query);
  const document = values.get("document");
  const [start, end] = [whole(values.get("from")), whole(values.get("to"))];
  return {
    view: VIEWS.includes(view) ? (view as View) : "chat",
    conversation: values.get("id"),
    open: document
      ? { document, page: whole(values.get("page")), passage: start !== null && end !== null ? [start, end] : null }
      : null,
  };
}

/** The address's part after "#" for a route; routeOf's other way. */
export function hashOf({ view, conversation, open }: Route): string {
  const values = new URLSearchParams();
  if (conversation !== null) values.set("id", conversation);
  if (open) values.set("document", open.document);
  if (open && open.page !== null) values.set("page", String(open.page));
  if (open?.passage) {
    values.set("from", String(open.passage[0]));
    values.set("to", String(open.passage[1]));
  }
  const query = values.toString();
  return query ? `#${view}?${query}` : `#${view}`;
}

/** A link that opens a document beside the view that is shown. */
export function linkTo(open: Place): string {
  return hashOf({ ...route.value, open });
}

/** A link to another view; the conversation stays as it is. */
export function linkToView(view: View): string {
  return hashOf({ view, conversation: route.value.conversation, open: null });
}

/** A link to a conversation; null: to a new one. */
export function linkToChat(conversation: string | null): string {
  return hashOf({ view: "chat", conversation, open: null });
}

/** Follows the address from now on. */
export function begin(): void {
  const read = () => (route.value = routeOf(window.location.hash));
  read();
  window.addEventListener("hashchange", read);
}

/** Goes to another view; the Back button returns. */
export function go(view: View): void {
  follow({ view, conversation: route.value.conversation, open: null });
}

/** Goes to a conversation; null: to a new one. */
export function goToChat(conversation: string | null): void {
  follow({ view: "chat", conversation, open: null });
}

/** What is shown has another address now. Back does not lead to the old one. */
export function replace(next: Route): void {
  window.history.replaceState(null, "", hashOf(next));
  route.value = next;
}

/** Closes the open document. */
export function close(): void {
  replace({ ...route.value, open: null });
}

function follow(next: Route): void {
  const hash = hashOf(next);
  if (hash !== hashOf(route.value)) window.location.hash = hash;
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

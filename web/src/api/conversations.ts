/** The history on the server, and the answers that it writes. */
import { eventData, pieces } from "./events";
import { lost, refused } from "./failure";
import { accepted, jsonBody } from "./server";
import type {
  WireAttachment,
  WireConversation,
  WireEvent,
  WireFilter,
  WireList,
  WireMessage,
  WireOpened,
  WireProfile,
  WireWhole,
} from "./wire";

export const LISTED_AT_ONCE = 100;

/** What is said or asked for: a new text, another answer to a message, or more of an answer. */
export type Wish =
  | { text: string; parent: string | null; attachments: readonly WireAttachment[]; filter: WireFilter | null }
  | { again: string; filter: WireFilter | null }
  | { continues: string };

/** How answers are chosen, in the server's names, and what stands before the conversation. */
export interface Manner {
  system: string;
  options: Readonly<Record<string, unknown>>;
}

export interface Changes {
  title?: string;
  folder?: string;
  pinned?: boolean;
  leaf?: string;
  /** The documents that it looks into; null: none. */
  filter?: WireFilter | null;
}

export async function listed(skip: number, deleted = false): Promise<WireList<WireConversation>> {
  const values = new URLSearchParams({ limit: String(LISTED_AT_ONCE) });
  if (skip > 0) values.set("skip", String(skip));
  if (deleted) values.set("deleted", "true");
  return (await accepted(`/v1/conversations?${values}`)).json() as Promise<WireList<WireConversation>>;
}

export async function found(query: string, signal: AbortSignal): Promise<readonly WireConversation[]> {
  const values = new URLSearchParams({ query, limit: String(LISTED_AT_ONCE) });
  const response = await accepted(`/v1/conversations?${values}`, { signal });
  return ((await response.json()) as WireList<WireConversation>).data;
}

export async function begun(filter: WireFilter | null): Promise<WireConversation> {
  return (await accepted("/v1/conversations", jsonBody("POST", { filter }))).json() as Promise<WireConversation>;
}

export async function whole(id: string): Promise<WireWhole> {
  return (await accepted(address(id))).json() as Promise<WireWhole>;
}

export async function change(id: string, changes: Changes): Promise<void> {
  await accepted(address(id), jsonBody("PATCH", changes));
}

export async function remove(id: string, forever = false): Promise<void> {
  await accepted(`${address(id)}${forever ? "?forever=true" : ""}`, { method: "DELETE" });
}

export async function restore(id: string): Promise<void> {
  await accepted(`${address(id)}/restore`, { method: "POST" });
}

/** The new messages: the question, where one was asked, then the answer, which has only begun. */
export async function answer(
  id: string,
  wish: Wish,
  manner: Manner,
): Promise<{ title: string; messages: readonly WireMessage[] }> {
  const response = await accepted(`${address(id)}/answer`, jsonBody("POST", { ...wish, ...manner }));
  return response.json() as Promise<{ title: string; messages: readonly WireMessage[] }>;
}

export async function stop(id: string): Promise<void> {
  await accepted(`${address(id)}/answer`, { method: "DELETE" });
}

/** What comes of an answer, from its event number `from` on. Raises: Failed, if it breaks off. */
export async function* events(
  id: string,
  message: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<WireEvent> {
  const values = new URLSearchParams({ message, from: String(from) });
  const response = await accepted(`${address(id)}/events?${values}`, { signal });
  if (!response.body) throw lost();
  let complete = false;
  for await (const data of eventData(pieces(response.body))) {
    const event = JSON.parse(data) as WireEvent;
    if (event.error) throw refused(200, event.error);
    complete ||= event.message !== undefined;
    yield event;
  }
  if (!complete) throw lost();
}

export async function picture(id: string, picture: string): Promise<Blob> {
  return (await accepted(`${address(id)}/pictures/${encodeURIComponent(picture)}`)).blob();
}

export async function exported(id: string | null, format: "json" | "markdown"): Promise<Blob> {
  return (await accepted(id ? `${address(id)}/export?format=${format}` : "/v1/export")).blob();
}

/** Takes in what was exported, here or, as messages, elsewhere. */
export async function imported(name: string, text: string): Promise<readonly WireConversation[]> {
  const body = /\.(?:md|markdown|txt)$/i.test(name) ? JSON.stringify({ markdown: text }) : text;
  const response = await accepted("/v1/import", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  return ((await response.json()) as WireList<WireConversation>).data;
}

export async function profiles(): Promise<readonly WireProfile[]> {
  return ((await (await accepted("/v1/profiles")).json()) as WireList<WireProfile>).data;
}

export async function addProfile(name: string, pin: string): Promise<WireOpened> {
  const body = pin ? { name, pin } : { name };
  return (await accepted("/v1/profiles", jsonBody("POST", body))).json() as Promise<WireOpened>;
}

export async function unlock(id: string, pin: string): Promise<WireOpened> {
  return (await accepted(`${person(id)}/unlock`, jsonBody("POST", { pin }))).json() as Promise<WireOpened>;
}

export async function profile(id: string): Promise<WireProfile> {
  return (await accepted(person(id))).json() as Promise<WireProfile>;
}

/** `pin` null: none any more. */
export async function changeProfile(
  id: string,
  changes: { name?: string; pin?: string | null; settings?: Record<string, unknown> },
): Promise<WireOpened> {
  return (await accepted(person(id), jsonBody("PATCH", changes))).json() as Promise<WireOpened>;
}

export async function removeProfile(id: string): Promise<void> {
  await accepted(person(id), { method: "DELETE" });
}

function address(id: string): string {
  return `/v1/conversations/${encodeURIComponent(id)}`;
}

function person(id: string): string {
  return `/v1/profiles/${encodeURIComponent(id)}`;
}

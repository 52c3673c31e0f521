/** What the server sends, as far as the page reads it. Source: OpenAI's API reference, llama-server's README. */

/** waiting for its first word, or being written; cut: ended by the length limit. */
export type WireState = "writing" | "done" | "cut" | "stopped" | "failed";

/** What goes with a message; a picture has a `url` on its way in, and an `id` once it is kept. */
export interface WireAttachment {
  kind: "text" | "picture" | "document";
  name: string;
  text?: string;
  url?: string;
  id?: string;
}

/** One message of a conversation's tree; what an answer does not have is left out. */
export interface WireMessage {
  id: string;
  parent: string | null;
  role: "user" | "assistant";
  text: string;
  created: number;
  state: WireState;
  thinking?: string;
  attachments?: readonly WireAttachment[];
  filter?: WireFilter;
  sources?: readonly WirePassage[];
  citations?: readonly WireCitation[];
  calls?: readonly WireCall[];
  timings?: WireTimings;
  failure?: { message: string; code: string | null };
  model?: string;
  /** How many of the oldest turns did not fit into what the model read. */
  forgotten?: number;
  /** While it is written: how many events are in it already. */
  events?: number;
}

export interface WireCall {
  name: string;
  arguments: string;
}

/** A piece of an answer; the last one is the whole message. */
export interface WireEvent {
  text?: string;
  thinking?: string;
  sources?: readonly WirePassage[];
  citations?: readonly WireCitation[];
  calls?: readonly WireCall[];
  message?: WireMessage;
  error?: WireError;
}

export interface WireConversation {
  id: string;
  title: string;
  folder: string;
  pinned: boolean;
  created: number;
  changed: number;
  leaf: string | null;
  answering?: boolean;
  /** The documents that it looks into; left out: none. */
  filter?: WireFilter;
  /** What of it was searched for. */
  excerpt?: string;
}

export interface WireWhole extends WireConversation {
  messages: readonly WireMessage[];
}

export interface WireProfile {
  id: string;
  name: string;
  locked: boolean;
  settings?: Record<string, unknown>;
}

export interface WireOpened {
  profile: WireProfile;
  key: string;
}

export interface WireHealth {
  documents?: boolean;
  documents_kept?: boolean;
  hears?: boolean;
  speaks?: boolean;
  progress?: number;
}

export interface WireTimings {
  prompt_n: number;
  prompt_ms: number;
  predicted_n: number;
  predicted_ms: number;
}

/** The model as llama-server tells it. */
export interface WireModel {
  id: string;
  meta?: {
    name?: string;
    description?: string;
    n_params?: number;
    size?: number;
    n_ctx?: number;
    n_ctx_train?: number;
  };
}

export interface WireAbout {
  version: string;
  data: string | null;
  parts: { title: string; kind: string; size: number; licence: string; source: string }[];
}

export interface WireError {
  message?: string;
  type?: string;
  code?: string | number | null;
}

export interface WireModels {
  data: WireModel[];
  /** The same as Ollama tells it. */
  models?: { capabilities?: string[] }[];
}

/** Which documents a question is about: those that fit every part that is given. */
export interface WireFilter {
  docs_ids?: readonly string[] | null;
  collections?: readonly string[] | null;
  tags?: readonly string[] | null;
}

/** Units: `start` and `end` count the document's characters (code points); times in seconds since 1970. */
export interface WirePassage {
  document: string;
  name: string;
  text: string;
  path: string[];
  first_page: number | null;
  last_page: number | null;
  start: number;
  end: number;
}

/** What a search found. `waiting`: passages that cannot be found by their meaning yet. */
export interface WireFound {
  query: string;
  data: WirePassage[];
  waiting: number;
}

/** The text of a picture. Units: pixels of the picture the right way up. */
export interface WireSeen {
  text: string;
  width: number;
  height: number;
  lines: WireLine[];
}

/** `box`: its corners, clockwise from where it begins at the top. */
export interface WireLine {
  text: string;
  box: [x: number, y: number][];
}

/** Units: `start` and `end` count the answer's characters, the source's count the document's. */
export interface WireCitation {
  start: number;
  end: number;
  /** The place of the passage among those that came before the answer. */
  passage: number;
  document: string;
  name: string;
  page: number | null;
  source_start: number;
  source_end: number;
}

/**
 * `state`: "words" until it can be found by its meaning too, "failed" where nothing could be read.
 * Texts are in the page's language.
 */
export interface WireDocument {
  id: string;
  name: string;
  source: string;
  format: string;
  bytes: number;
  pages: number;
  ocr_pages: number;
  characters: number;
  created: number;
  collections: { id: string; name: string }[];
  tags: string[];
  state: "ready" | "words" | "failed";
  summary: string;
  problems: string[];
}

export interface WireJob {
  id: string;
  name: string;
  source: string;
  state: "waiting" | "reading" | "embedding" | "done" | "failed" | "cancelled";
  page: number;
  pages: number;
  /** 0 to 1. */
  share: number;
  /** Seconds, where that is known. */
  left_s: number | null;
  document: string | null;
  problem: string | null;
}

/** Units: as in a passage; `pages` tells at which character each page begins. */
export interface WireText {
  text: string;
  pages: [start: number, page: number][];
}

export interface WireList<T> {
  data: T[];
  has_more?: boolean;
}

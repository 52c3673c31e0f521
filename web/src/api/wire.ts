/** What the server sends, as far as the page reads it. Source: OpenAI's API reference, llama-server's README. */

export interface WireMessage {
  role: "user" | "assistant";
  content: string;
}

export interface WireHealth {
  documents?: boolean;
  documents_kept?: boolean;
  progress?: number;
}

export interface WireTimings {
  prompt_n: number;
  prompt_ms: number;
  predicted_n: number;
  predicted_ms: number;
}

export interface WireChunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
  /** Once, before the first word: what was found in the documents. */
  sources?: WirePassage[];
  /** Those that came with this chunk. */
  citations?: WireCitation[];
  timings?: WireTimings;
  error?: WireError;
}

export interface WireError {
  message?: string;
  type?: string;
  code?: string | number | null;
}

export interface WireModels {
  data: { id: string }[];
}

/** Which documents a question is about: those that fit every part that is given. */
export interface WireFilter {
  docs_ids?: readonly string[];
  collections?: readonly string[];
  tags?: readonly string[];
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

/** What the server sends, as far as the page reads it. Source: OpenAI's API reference, llama-server's README. */

export interface WireMessage {
  role: "user" | "assistant";
  content: string;
}

export interface WireTimings {
  prompt_n: number;
  prompt_ms: number;
  predicted_n: number;
  predicted_ms: number;
}

export interface WireChunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
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

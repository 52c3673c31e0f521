import { eventData, pieces } from "./events";
import { lost, refused } from "./failure";
import { accepted, errorIn, json, jsonBody, PATIENCE_MS, reach } from "./server";
import type {
  WireChunk,
  WireCitation,
  WireFilter,
  WireHealth,
  WireMessage,
  WireModels,
  WirePassage,
  WireTimings,
} from "./wire";

/** off: this assistant keeps no documents. none: it could, but nothing was ever added. */
export type DocumentsKept = "off" | "none" | "some";

export type Health = { ready: true; documents: DocumentsKept } | { ready: false; progress: number | null };

export type AnswerEvent =
  | { kind: "text"; text: string }
  | { kind: "passages"; passages: readonly WirePassage[] }
  | { kind: "citations"; citations: readonly WireCitation[] }
  | { kind: "end"; reason: string; timings: WireTimings | null };

/** Whether the model is ready; while it loads, how far it is (0 to 1, if known). */
export async function health(): Promise<Health> {
  const response = await reach("/health", { signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = (await json(response)) as WireHealth | null;
  if (response.ok) return { ready: true, documents: keptIn(body) };
  const trouble = refused(response.status, errorIn(body));
  if (trouble.failure.cause === "loading") return { ready: false, progress: body?.progress ?? null };
  throw trouble;
}

function keptIn(body: WireHealth | null): DocumentsKept {
  if (!body?.documents) return "off";
  return body.documents_kept === false ? "none" : "some";
}

/** The name of the model that answers. */
export async function modelName(): Promise<string> {
  const response = await accepted("/v1/models", { signal: AbortSignal.timeout(PATIENCE_MS) });
  const models = (await response.json()) as WireModels;
  return models.data[0]?.id ?? "";
}

/**
 * The answer to a conversation, as it is written; from documents, where a filter says from which.
 * Aborting stops the writing on the server too.
 */
export async function* answer(
  messages: readonly WireMessage[],
  filter: WireFilter | null,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  const grounding = filter && { use_context: true, include_sources: true, context_filter: filter };
  const body = { messages, stream: true, stream_options: { include_usage: true }, ...grounding };
  const response = await accepted("/v1/chat/completions", { ...jsonBody("POST", body), signal });
  if (!response.body) throw lost();
  yield* read(eventData(pieces(response.body)));
}

/** Reads the chunks of an answer. Raises: Failed, if it breaks off or the server reports an error. */
export async function* read(events: AsyncIterable<string>): AsyncGenerator<AnswerEvent> {
  let reason: string | null = null;
  let timings: WireTimings | null = null;
  for await (const data of events) {
    if (data === "[DONE]") break;
    const chunk = JSON.parse(data) as WireChunk;
    if (chunk.error) throw refused(200, chunk.error);
    const choice = chunk.choices?.[0];
    if (chunk.sources) yield { kind: "passages", passages: chunk.sources };
    if (choice?.delta?.content) yield { kind: "text", text: choice.delta.content };
    if (chunk.citations?.length) yield { kind: "citations", citations: chunk.citations };
    reason = choice?.finish_reason ?? reason;
    timings = chunk.timings ?? timings;
  }
  if (reason === null) throw lost();
  yield { kind: "end", reason, timings };
}

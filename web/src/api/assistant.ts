import { LANGUAGES, language } from "../language/language";
import { eventData, pieces } from "./events";
import { gone, lost, refused } from "./failure";
import { key } from "./key";
import type { WireChunk, WireError, WireMessage, WireModels, WireTimings } from "./wire";

export type Health = { ready: true } | { ready: false; progress: number | null };

export type AnswerEvent =
  | { kind: "text"; text: string }
  | { kind: "end"; reason: string; timings: WireTimings | null };

/** How long a short question to the server may take. */
const PATIENCE_MS = 10_000;

/** Whether the model is ready; while it loads, how far it is (0 to 1, if known). */
export async function health(): Promise<Health> {
  const response = await reach("/health", { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (response.ok) return { ready: true };
  const body = await json(response);
  const trouble = refused(response.status, errorIn(body));
  if (trouble.failure.cause === "loading") return { ready: false, progress: progressOf(body) };
  throw trouble;
}

/** The name of the model that answers. */
export async function modelName(): Promise<string> {
  const response = await accepted("/v1/models", { signal: AbortSignal.timeout(PATIENCE_MS) });
  const models = (await response.json()) as WireModels;
  return models.data[0]?.id ?? "";
}

/** The answer to a conversation, as it is written. Aborting stops the writing on the server too. */
export async function* answer(
  messages: readonly WireMessage[],
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  const response = await accepted("/v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ messages, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
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
    if (choice?.delta?.content) yield { kind: "text", text: choice.delta.content };
    reason = choice?.finish_reason ?? reason;
    timings = chunk.timings ?? timings;
  }
  if (reason === null) throw lost();
  yield { kind: "end", reason, timings };
}

async function accepted(path: string, request: RequestInit): Promise<Response> {
  const response = await reach(path, request);
  if (!response.ok) throw refused(response.status, errorIn(await json(response)));
  return response;
}

async function reach(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...request, headers: { ...request.headers, ...headers() }, cache: "no-store" });
  } catch (error) {
    if (request.signal?.aborted && !isTimeout(error)) throw error;
    throw gone();
  }
}

function headers(): Record<string, string> {
  const secret = key.read();
  return {
    "Accept-Language": LANGUAGES[language.value].tag,
    ...(secret ? { Authorization: `Bearer ${secret}` } : {}),
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

async function json(response: Response): Promise<unknown> {
  return response.json().catch(() => null);
}

function errorIn(body: unknown): WireError | undefined {
  return (body as { error?: WireError } | null)?.error;
}

function progressOf(body: unknown): number | null {
  return (body as { progress?: number } | null)?.progress ?? null;
}

/** Speech on the server: heard as it is said, answered and read out. */
import { eventData, pieces } from "./events";
import { lost, refused } from "./failure";
import { accepted, jsonBody } from "./server";
import type { WireError, WireFilter } from "./wire";

/** What is said; "speech": someone began. Of a partial text, the first `stable` characters are settled. */
export interface WireHeard {
  type: "speech" | "partial" | "final";
  utterance: number;
  text?: string;
  stable?: number;
  language?: string;
}

/** A sentence, said: `audio` is a small file. */
export interface WireAudio {
  type: "audio";
  sentence: string;
  language: string;
  audio: string;
}

/** A sentence that no voice there says, or, for a `reason`, could not say this time. */
export interface WireUnspoken {
  type: "unspoken";
  reason?: string;
  sentence: string;
  language: string;
}

export type WireSaid = WireAudio | WireUnspoken;

/** What comes of an answer that is spoken. */
export type WireSpoken =
  | WireSaid
  | { type: "begun"; message: string }
  | { type: "text"; delta: string }
  | { type: "done"; text?: string; message?: string; failure?: { message: string } }
  | { type: "interrupted" }
  | { type: "error"; error: WireError }
  | { type: "sources" | "citations" | "calls" | "thinking" | "transcript" | "picture" };

export interface WireVoice {
  id: string;
  name: string;
  language: string;
  default: boolean;
}

export interface WireVoices {
  data: readonly WireVoice[];
  languages: readonly string[];
}

/** How an answer is said; without a voice, by the best of each language. */
export interface Saying {
  voice?: string;
  speed: number;
}

/** How a conversation that is kept goes on. */
export interface Asking {
  conversation: string;
  system?: string;
  options: Readonly<Record<string, unknown>>;
  filter: WireFilter | null;
}

const FORM = "mp3"; // few bytes, and every browser plays it
const MOST_MS = 30_000;

/** Begins to listen; returns the id. `pause`: seconds of silence that end an utterance. */
export async function listen(language: string, pause: number): Promise<string> {
  const wish = language ? { language, pause } : { pause };
  const response = await accepted("/v1/audio/live", jsonBody("POST", wish));
  return ((await response.json()) as { id: string }).id;
}

/** 16-bit samples at 16 kHz that come next. */
export async function feed(id: string, samples: BodyInit): Promise<void> {
  const headers = { "Content-Type": "audio/pcm" };
  await accepted(live(id), { method: "POST", headers, body: samples, signal: AbortSignal.timeout(MOST_MS) });
}

/** No more sound comes. */
export async function finish(id: string): Promise<void> {
  await accepted(live(id), { method: "DELETE", keepalive: true });
}

/** What is said there. */
export async function* heard(id: string, signal: AbortSignal): AsyncGenerator<WireHeard> {
  yield* told<WireHeard>(await accepted(`${live(id)}/events`, { signal }));
}

/** What is said there, and what is answered at each pause. */
export async function* talk(
  id: string,
  asking: Asking,
  saying: Saying,
  interrupting: boolean,
  signal: AbortSignal,
): AsyncGenerator<WireHeard | WireSpoken> {
  const { filter, ...rest } = asking;
  const documents = filter ? { use_context: true, context_filter: filter } : {};
  const wish = { live: id, ...rest, ...documents, ...saying, response_format: FORM, barge_in: interrupting };
  yield* told<WireHeard | WireSpoken>(await accepted("/v1/talk", { ...jsonBody("POST", wish), signal }));
}

/** Ends the answer that is being given there. */
export async function interrupt(id: string): Promise<void> {
  await accepted(`/v1/talk/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** An answer to a text, spoken while it is written. */
export async function* answer(text: string, asking: Asking, saying: Saying, signal: AbortSignal): AsyncGenerator<WireSpoken> {
  const { conversation, system, options, filter } = asking;
  const form = new FormData();
  const fields = { text, conversation, options: JSON.stringify(options), response_format: FORM };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const [name, value] of Object.entries(saying)) form.set(name, String(value));
  if (system !== undefined) form.set("system", system);
  if (filter) {
    form.set("use_context", "true");
    form.set("context_filter", JSON.stringify(filter));
  }
  yield* told<WireSpoken>(await accepted("/v1/assist", { method: "POST", body: form, signal }));
}

/** A text, sentence by sentence. */
export async function* aloud(text: string, saying: Saying, signal: AbortSignal): AsyncGenerator<WireSpoken> {
  const wish = { input: text, ...saying, response_format: FORM };
  yield* told<WireSpoken>(await accepted("/v1/audio/aloud", { ...jsonBody("POST", wish), signal }));
}

/** The voices there; none where the file has none. */
export async function voices(): Promise<WireVoices> {
  return (await accepted("/v1/audio/voices")).json() as Promise<WireVoices>;
}

/** The words of a recording. */
export async function transcribed(recording: Blob, name: string, language: string, signal: AbortSignal): Promise<string> {
  const form = new FormData();
  form.set("file", recording, name);
  if (language) form.set("language", language);
  const response = await accepted("/v1/audio/transcriptions", { method: "POST", body: form, signal });
  return ((await response.json()) as { text: string }).text.trim();
}

function live(id: string): string {
  return `/v1/audio/live/${encodeURIComponent(id)}`;
}

/** Each event of a stream. Raises: Failed, where the stream tells of a failure. */
async function* told<Event>(response: Response): AsyncGenerator<Event> {
  if (!response.body) throw lost();
  for await (const data of eventData(pieces(response.body))) {
    if (data === "[DONE]") return;
    const event = JSON.parse(data) as { type?: string; error?: WireError };
    if (event.error && event.type !== "error") throw refused(200, event.error);
    yield event as Event;
  }
}

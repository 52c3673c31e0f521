import { refused } from "./failure";
import { accepted, errorIn, json, PATIENCE_MS, reach } from "./server";
import type { WireAbout, WireHealth, WireModel, WireModels } from "./wire";

/** off: this assistant keeps no documents. none: it could, but nothing was ever added. */
export type DocumentsKept = "off" | "none" | "some";

export type Health = { ready: true; documents: DocumentsKept; hears: boolean; speaks: boolean } | { ready: false; progress: number | null };

/** Whether the model is ready; while it loads, how far it is (0 to 1, if known). */
export async function health(): Promise<Health> {
  const response = await reach("/health", { signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = (await json(response)) as WireHealth | null;
  if (response.ok) return { ready: true, documents: keptIn(body), hears: body?.hears ?? false, speaks: body?.speaks ?? false };
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
  return (await model())?.id ?? "";
}

/** What is known of the model that answers. */
export async function model(): Promise<WireModel | null> {
  const response = await accepted("/v1/models", { signal: AbortSignal.timeout(PATIENCE_MS) });
  return ((await response.json()) as WireModels).data[0] ?? null;
}

/** What this program is, and what is inside. */
export async function about(): Promise<WireAbout> {
  return (await accepted("/v1/about")).json() as Promise<WireAbout>;
}

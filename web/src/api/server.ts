/** Requests to the assistant: with its key, in the reader's language, failing in the page's own terms. */
import { spokenTag } from "../language/choice";
import { gone, refused } from "./failure";
import { key } from "./key";
import { profile } from "./profile";
import type { WireError } from "./wire";

/** How long a short question to the server may take. */
export const PATIENCE_MS = 10_000;

/** The response to a request that was granted. Raises: Failed. */
export async function accepted(path: string, request: RequestInit = {}): Promise<Response> {
  const response = await reach(path, request);
  if (response.ok) return response;
  const error = errorIn(await json(response));
  // This device was removed meanwhile, or never let in: there is a page for that.
  if (error?.code === "not_paired") window.location.assign("/pair");
  throw refused(response.status, error);
}

/** The response, whatever it says. Raises: Failed, if there is none. */
export async function reach(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...request, headers: { ...request.headers, ...headers() }, cache: "no-store" });
  } catch (error) {
    if (request.signal?.aborted && !isTimeout(error)) throw error;
    throw gone();
  }
}

/** A request whose body is JSON. */
export function jsonBody(method: string, body: unknown): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** What every request carries. */
export function headers(): Record<string, string> {
  const secret = key.read();
  const who = profile.header();
  return {
    "Accept-Language": spokenTag(),
    ...(who ? { "Assistant-Profile": who } : {}),
    ...(secret ? { Authorization: `Bearer ${secret}` } : {}),
  };
}

export async function json(response: Response): Promise<unknown> {
  return response.json().catch(() => null);
}

export function errorIn(body: unknown): WireError | undefined {
  return (body as { error?: WireError } | null)?.error;
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

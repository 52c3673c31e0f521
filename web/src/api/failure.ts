import type { WireError } from "./wire";

/**
 * Why the assistant did not answer.
 *
 * gone: it could not be reached. lost: the answer broke off. locked: it wants an API key.
 * loading: the model is not ready. too-long: the conversation does not fit. pin: the profile is behind
 * one. missing: it is no longer there. refused: all else.
 */
export type Cause = "gone" | "lost" | "locked" | "loading" | "too-long" | "pin" | "missing" | "refused";

export interface Failure {
  cause: Cause;
  /** The server's own words, in the page's language; empty if it had none. */
  message: string;
  status: number;
}

/** A failure on its way to whoever shows it. */
export class Failed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message || failure.cause);
  }
}

export function gone(): Failed {
  return new Failed({ cause: "gone", message: "", status: 0 });
}

export function lost(): Failed {
  return new Failed({ cause: "lost", message: "", status: 0 });
}

export function refused(status: number, error: WireError | undefined): Failed {
  return new Failed({ cause: causeOf(status, error), message: error?.message ?? "", status });
}

export function failureOf(error: unknown): Failure {
  return error instanceof Failed ? error.failure : lost().failure;
}

function causeOf(status: number, error: WireError | undefined): Cause {
  if (status === 401) return "locked";
  if (status === 404) return "missing";
  if (error?.code === "profile_locked" || error?.code === "too_many_tries") return "pin";
  // The code is ours; llama-server repeats the status.
  if (status === 503 && (error?.code === "loading" || error?.code === 503)) return "loading";
  // OpenAI says context_length_exceeded, llama-server exceed_context_size_error.
  if (/context/.test(`${error?.code} ${error?.type}`)) return "too-long";
  return "refused";
}

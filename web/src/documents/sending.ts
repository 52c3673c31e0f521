import { signal } from "@preact/signals";
import type * as api from "../api/documents";
import { type Failure, failureOf } from "../api/failure";
import type { WireJob } from "../api/wire";

/** A file on its way to the assistant. */
export class Sending {
  /** How much has left, 0 to 1. */
  readonly share = signal(0);
  readonly failure = signal<Failure | null>(null);
  readonly name: string;
  private readonly stopped = new AbortController();

  constructor(private readonly file: api.Named) {
    this.name = file.path;
  }

  /** The jobs that the assistant made of it; null if it was stopped or refused. */
  async send(service: Pick<typeof api, "send">): Promise<WireJob[] | null> {
    if (this.stopped.signal.aborted) return null;
    try {
      return await service.send(this.file, (share) => (this.share.value = share), this.stopped.signal);
    } catch (error) {
      if (!this.stopped.signal.aborted) this.failure.value = failureOf(error);
      return null;
    }
  }

  stop(): void {
    this.stopped.abort();
  }
}

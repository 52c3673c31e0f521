import { signal } from "@preact/signals";
import type { DocumentsKept, Health } from "../api/assistant";
import { type Failure, failureOf } from "../api/failure";
import { key } from "../api/key";

export type Status =
  | { is: "unknown" | "ready" | "gone" }
  | { is: "loading"; progress: number | null }
  /** An API key is needed; `refused` if one was tried. */
  | { is: "locked"; refused: boolean }
  | { is: "broken"; failure: Failure };

export interface Service {
  health(): Promise<Health>;
  modelName(): Promise<string>;
}

const SOON_MS = 400;
const LATER_MS = 2000;

/** Whether the assistant can answer just now; looks again by itself until it can. */
export class Connection {
  readonly status = signal<Status>({ is: "unknown" });
  readonly model = signal("");
  readonly documents = signal<DocumentsKept>("off");
  /** Whether it understands speech, and has voices. */
  readonly hears = signal(false);
  readonly speaks = signal(false);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly service: Service) {}

  async check(): Promise<void> {
    clearTimeout(this.timer);
    this.status.value = await this.look();
    const wait = waitAfter(this.status.value);
    if (wait !== null) this.timer = setTimeout(() => void this.check(), wait);
  }

  /** An answer failed: find out what that says about the assistant. */
  failed(failure: Failure): void {
    if (failure.cause === "locked") this.status.value = { is: "locked", refused: key.read() !== null };
    else if (failure.cause !== "too-long") void this.check();
  }

  /** Tries an API key; true if it opens. */
  async unlock(value: string): Promise<boolean> {
    key.keep(value);
    await this.check();
    return this.status.value.is === "ready";
  }

  private async look(): Promise<Status> {
    try {
      const health = await this.service.health();
      if (!health.ready) return { is: "loading", progress: health.progress };
      this.model.value = await this.service.modelName();
      this.documents.value = health.documents;
      this.hears.value = health.hears;
      this.speaks.value = health.speaks;
      return { is: "ready" };
    } catch (error) {
      return statusAfter(failureOf(error));
    }
  }
}

function statusAfter(failure: Failure): Status {
  if (failure.cause === "gone" || failure.cause === "lost") return { is: "gone" };
  if (failure.cause === "loading") return { is: "loading", progress: null };
  if (failure.cause === "locked") return { is: "locked", refused: key.read() !== null };
  return { is: "broken", failure };
}

function waitAfter(status: Status): number | null {
  if (status.is === "loading") return SOON_MS;
  return status.is === "gone" || status.is === "broken" ? LATER_MS : null;
}

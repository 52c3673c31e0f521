/** How one speaks with it here: kept in this browser, for the page and /glance. */
import { browser } from "../browser/kept";

export interface Choices {
  /** One of the server's voices; "": whichever suits. */
  voice: string;
  /** By language, the browser's own voice, for what the server does not say. */
  own: Readonly<Record<string, string>>;
  speed: number;
  /** What one speaks; "": found out. */
  language: string;
  /** Whether a question that was spoken is answered aloud. */
  answersAloud: boolean;
  /** Whether speaking ends the answer that is being said. */
  interrupting: boolean;
}

export const SLOWEST = 0.5;
export const FASTEST = 2;

const USUAL: Choices = { voice: "", own: {}, speed: 1, language: "", answersAloud: true, interrupting: true };
const NAME = "voice";

export function choices(): Choices {
  return restored(browser.read(NAME));
}

/** What was kept; whatever cannot be read is as usual. */
export function restored(kept: string | null): Choices {
  let read: Partial<Record<keyof Choices, unknown>> | null = null;
  try {
    read = JSON.parse(kept ?? "null") as typeof read;
  } catch {
    // As usual.
  }
  const found: Record<string, unknown> = { ...USUAL };
  for (const [name, usual] of Object.entries(USUAL)) {
    const value = read?.[name as keyof Choices];
    if (typeof value === typeof usual && value !== null) found[name] = value;
  }
  const whole = found as unknown as Choices;
  return { ...whole, speed: Math.min(FASTEST, Math.max(SLOWEST, whole.speed || 1)) };
}

export function choose(changes: Partial<Choices>): void {
  browser.keep(NAME, JSON.stringify({ ...choices(), ...changes }));
}

/** Whether what was asked by voice is answered by voice. */
export function answersAloud(): boolean {
  return choices().answersAloud;
}

/** How the server is to say something. */
export function saying(): { voice?: string; speed: number } {
  const { voice, speed } = choices();
  return voice ? { voice, speed } : { speed };
}

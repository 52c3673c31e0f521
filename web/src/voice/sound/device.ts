/** The browser's way in and out for sound: one for the whole page, begun by something pressed. */

let context: AudioContext | null = null;

/** It, running. Raises: DOMException. */
export async function device(): Promise<AudioContext> {
  context ??= new AudioContext({ latencyHint: "interactive" });
  if (context.state !== "running") await context.resume();
  return context;
}

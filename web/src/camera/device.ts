/** The camera of this device, as far as the browser lends it. */

/** insecure: browsers lend none to a page over plain HTTP. busy: there is one, but it does not start. */
export type Trouble = "insecure" | "refused" | "none" | "busy";

/** environment: what looks away from the person. */
export type Facing = "environment" | "user";

export class NoCamera extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
};

/** What the camera sees, sharp enough for small letters. Raises: NoCamera. */
export async function open(facing: Facing): Promise<MediaStream> {
  // Browsers leave it out where the page came over plain HTTP.
  if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera("insecure");
  const video = { facingMode: facing, width: { ideal: 1920 }, height: { ideal: 1080 } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video });
  } catch (error) {
    throw new NoCamera(TROUBLES[error instanceof DOMException ? error.name : ""] ?? "busy");
  }
}

/** How many cameras there are; known once one was opened. */
export async function count(): Promise<number> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").length;
}

export function close(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Pictures out of the camera and out of files, as large as letters need it. */

/** Longest sides, in pixels: of a picture that is taken, and of one in passing. */
export const TAKEN_SIDE = 2048;
export const PASSING_SIDE = 1280;

const QUALITY = 0.9;
const PRINT_SIDE = 24;
/** Of 255: less is the camera's noise. */
const NOISE = 5;

/** A frame of what the camera shows; null while it shows none. */
export async function frameOf(video: HTMLVideoElement, most: number): Promise<File | null> {
  return video.videoWidth > 0 ? drawn(video, video.videoWidth, video.videoHeight, most) : null;
}

/** A file's picture, upright and no larger than needed; as it came where this browser cannot draw it. */
export async function pictureOf(file: File): Promise<File> {
  try {
    const picture = await createImageBitmap(file);
    const made = await drawn(picture, picture.width, picture.height, TAKEN_SIDE);
    picture.close();
    return made ?? file;
  } catch {
    return file; // HEIC, say, which the assistant reads.
  }
}

/** What a frame looks like from afar: grey, in a few squares. */
export function printOf(video: HTMLVideoElement): Uint8Array | null {
  const context = canvas(PRINT_SIDE, PRINT_SIDE).getContext("2d", { willReadFrequently: true });
  if (!context || video.videoWidth === 0) return null;
  context.drawImage(video, 0, 0, PRINT_SIDE, PRINT_SIDE);
  const { data } = context.getImageData(0, 0, PRINT_SIDE, PRINT_SIDE);
  return Uint8Array.from({ length: PRINT_SIDE ** 2 }, (_, at) => greyAt(data, 4 * at));
}

/** Whether the camera looks at something else. */
export function differs(one: Uint8Array, other: Uint8Array): boolean {
  const sum = one.reduce((total, grey, at) => total + Math.abs(grey - (other[at] ?? 0)), 0);
  return sum / one.length > NOISE;
}

function greyAt(data: Uint8ClampedArray, at: number): number {
  return ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 3;
}

async function drawn(source: CanvasImageSource, width: number, height: number, most: number): Promise<File | null> {
  const scale = Math.min(1, most / Math.max(width, height));
  const made = canvas(Math.round(width * scale), Math.round(height * scale));
  made.getContext("2d")?.drawImage(source, 0, 0, made.width, made.height);
  const blob = await new Promise<Blob | null>((done) => made.toBlob(done, "image/jpeg", QUALITY));
  return blob && new File([blob], "picture.jpg", { type: "image/jpeg" });
}

function canvas(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement("canvas"), { width, height });
}

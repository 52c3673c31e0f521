/** What goes with a message: files that are read here, pictures made small, documents sent away. */
import { signal } from "@preact/signals";
import * as documents from "../api/documents";
import type { WireAttachment } from "../api/wire";

/** What was picked for the next message. `busy`: it is not ready to be sent yet. */
export interface Picked {
  key: number;
  name: string;
  busy: boolean;
  problem: "too-large" | "unreadable" | "failed" | null;
  attachment: WireAttachment | null;
  /** Of a picture, to be shown. */
  preview: string | null;
}

export const picked = signal<readonly Picked[]>([]);

const LARGEST_TEXT = 200_000;
const LARGEST_SIDE = 1568;
const QUALITY = 0.9;
const LOOK_AGAIN_MS = 500;
const TEXT_NAMES = /\.(?:txt|md|markdown|csv|tsv|json|jsonl|ya?ml|toml|ini|cfg|conf|log|xml|svg|sql|sh|bash|ps1|bat|py|pyi|js|mjs|ts|tsx|jsx|css|scss|html?|c|h|cc|cpp|hpp|cs|go|rs|java|kt|swift|rb|php|pl|lua|r|jl|dart|vue|diff|patch|tex|srt|vtt|dockerfile|makefile)$/i;

let last = 0;

/** Takes files for the next message. `library`: whether documents can be kept. */
export async function take(files: Iterable<File>, library: boolean): Promise<void> {
  await Promise.all([...files].map((file) => takeOne(file, library)));
}

export function drop(key: number): void {
  for (const each of picked.peek()) if (each.key === key && each.preview) URL.revokeObjectURL(each.preview);
  picked.value = picked.peek().filter((each) => each.key !== key);
}

/** Takes what is ready to be sent away with a message. */
export function taken(): readonly WireAttachment[] {
  const ready = picked.peek().flatMap(({ attachment }) => (attachment ? [attachment] : []));
  for (const { preview } of picked.peek()) if (preview) URL.revokeObjectURL(preview);
  picked.value = [];
  return ready;
}

/** Puts back what went with a message that was refused. */
export function putBack(attachments: readonly WireAttachment[]): void {
  picked.value = attachments.map((attachment) => ({
    key: ++last,
    name: attachment.name,
    busy: false,
    problem: null,
    attachment,
    preview: null,
  }));
}

async function takeOne(file: File, library: boolean): Promise<void> {
  const key = ++last;
  const name = file.name || "picture.png";
  const isPicture = /^image\/(?!svg)/.test(file.type);
  const preview = isPicture ? URL.createObjectURL(file) : null;
  picked.value = [...picked.peek(), { key, name, busy: true, problem: null, attachment: null, preview }];
  const set = (news: Partial<Picked>) => {
    picked.value = picked.peek().map((each) => (each.key === key ? { ...each, busy: false, ...news } : each));
  };
  try {
    if (isPicture) set({ attachment: { kind: "picture", name, url: await small(file) } });
    else if (isText(file)) {
      if (file.size > LARGEST_TEXT) set(library ? { attachment: await kept(file, name) } : { problem: "too-large" });
      else set({ attachment: { kind: "text", name, text: await file.text() } });
    } else if (library) set({ attachment: await kept(file, name) });
    else set({ problem: "unreadable" });
  } catch {
    set({ problem: "failed" });
  }
}

function isText(file: File): boolean {
  return file.type.startsWith("text/") || TEXT_NAMES.test(file.name);
}

/** A picture as a data URL, no larger than a model looks at. */
async function small(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return file.type === "image/png" && scale === 1 ? canvas.toDataURL("image/png") : canvas.toDataURL("image/jpeg", QUALITY);
}

/** A file as a document of the assistant's, once its words can be found. Raises: Failed. */
async function kept(file: File, name: string): Promise<WireAttachment> {
  const [first] = await documents.send({ path: name, file }, () => undefined, new AbortController().signal);
  if (!first) throw new Error("no job");
  for (let job = first; ; job = await documents.job(job.id)) {
    if (job.document && job.state !== "reading") return { kind: "document", name, id: job.document };
    if (job.state === "failed" || job.state === "cancelled") throw new Error(job.problem ?? job.state);
    await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
  }
}

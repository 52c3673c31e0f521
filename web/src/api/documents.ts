/** The assistant's documents: what comes in, what is there, what is found. */
import { lost, refused } from "./failure";
import { accepted, errorIn, headers, jsonBody } from "./server";
import type { WireDocument, WireFilter, WireFound, WireJob, WireList, WireText } from "./wire";

/** What the one who adds a document says about it; an empty collection is none. */
export interface Labels {
  collection: string;
  tags: readonly string[];
}

export const NO_LABELS: Labels = { collection: "", tags: [] };

/** A question's answer from documents alone: this many passages. */
const FOUND_AT_MOST = 8;
const LISTED_AT_ONCE = 1000;

/** A file with its folders in front of its name. */
export interface Named {
  path: string;
  file: File;
}

/** All documents, in the order in which they came. */
export async function listed(): Promise<WireDocument[]> {
  const all: WireDocument[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last ? `&after=${encodeURIComponent(last.id)}` : "";
    const response = await accepted(`/v1/documents?limit=${LISTED_AT_ONCE}${after}`);
    const { data, has_more } = (await response.json()) as WireList<WireDocument>;
    all.push(...data);
    if (!has_more || data.length === 0) return all;
  }
}

export async function jobs(): Promise<WireJob[]> {
  return list(await accepted(`/v1/jobs?limit=${LISTED_AT_ONCE}`));
}

export async function job(id: string): Promise<WireJob> {
  return (await accepted(`/v1/jobs/${encodeURIComponent(id)}`)).json() as Promise<WireJob>;
}

export async function cancel(id: string): Promise<void> {
  await accepted(`/v1/jobs/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** Takes in a file or folder of the assistant's machine; `watch`: and what changes there later. */
export function addPath(path: string, watch: boolean, labels: Labels): Promise<WireJob[]> {
  return add({ path, watch, ...labels });
}

/** Takes in a web page, and those of its site that it links to, `depth` links away. */
export function addAddress(url: string, depth: number, labels: Labels): Promise<WireJob[]> {
  return add({ url, depth, ...labels });
}

export function addText(name: string, text: string, labels: Labels): Promise<WireJob[]> {
  return add({ name, text, ...labels });
}

async function add(body: unknown): Promise<WireJob[]> {
  return list(await accepted("/v1/documents", jsonBody("POST", body)));
}

/** Sends a file; `sent` hears how much of it has left, 0 to 1. */
export function send(
  { file, path }: Named,
  sent: (share: number) => void,
  signal: AbortSignal,
): Promise<WireJob[]> {
  return new Promise((resolve, reject) => {
    // Not fetch: it does not tell how much it has sent.
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/documents");
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => sent(total ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 400) resolve((request.response as WireList<WireJob>).data);
      else reject(refused(request.status, errorIn(request.response)));
    };
    request.onerror = () => reject(lost());
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file, path);
    request.send(form);
  });
}

export async function one(id: string): Promise<WireDocument> {
  return (await accepted(address(id))).json() as Promise<WireDocument>;
}

/** Gives a document other labels. */
export async function label(id: string, { collection, tags }: Labels): Promise<void> {
  await accepted(address(id), jsonBody("PATCH", { collection: collection || null, tags }));
}

export async function remove(id: string): Promise<void> {
  await accepted(address(id), { method: "DELETE" });
}

export async function text(id: string): Promise<WireText> {
  return (await accepted(`${address(id)}/text`)).json() as Promise<WireText>;
}

export async function file(id: string): Promise<Blob> {
  return (await accepted(fileAddress(id))).blob();
}

/** Where a document's original is. */
export function fileAddress(id: string): string {
  return `${address(id)}/file`;
}

/** The best passages for a question, best first. */
export async function search(query: string, filter: WireFilter, signal: AbortSignal): Promise<WireFound> {
  const { docs_ids: documents, ...labels } = filter;
  const body = { query, limit: FOUND_AT_MOST, filter: { ...(documents && { documents }), ...labels } };
  return (await accepted("/v1/search", { ...jsonBody("POST", body), signal })).json() as Promise<WireFound>;
}

function address(id: string): string {
  return `/v1/documents/${encodeURIComponent(id)}`;
}

async function list<T>(response: Response): Promise<T[]> {
  return ((await response.json()) as WireList<T>).data;
}

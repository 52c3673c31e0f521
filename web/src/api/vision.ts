/** Pictures looked at by the assistant: the text in them, and the passages that they lead to. */
import { accepted } from "./server";
import type { WireFound, WireModels, WireSeen } from "./wire";

/** How many passages a picture leads to. */
const FOUND_AT_MOST = 6;

/** The text of a picture, with its places. Raises: Failed. */
export async function read(picture: Blob, signal: AbortSignal): Promise<WireSeen> {
  return (await accepted("/v1/images/ocr", { method: "POST", body: form(picture), signal })).json() as Promise<WireSeen>;
}

/** The passages of the documents that fit what a picture shows. Raises: Failed. */
export async function lookUp(picture: Blob, signal: AbortSignal): Promise<WireFound> {
  const body = form(picture);
  body.append("limit", String(FOUND_AT_MOST));
  return (await accepted("/v1/search", { method: "POST", body, signal })).json() as Promise<WireFound>;
}

/** Whether the model that answers sees pictures itself. */
export async function sees(): Promise<boolean> {
  const { models } = (await (await accepted("/v1/models")).json()) as WireModels;
  return models?.[0]?.capabilities?.includes("multimodal") ?? false;
}

function form(picture: Blob): FormData {
  const body = new FormData();
  body.append("file", picture, "picture.jpg");
  return body;
}

/**
 * Keeps the page itself in the browser, so that it opens while the assistant is away and says so.
 * What the assistant answers is never kept.
 */

import { FILES, NAME as FILE_NAME, SHARED } from "./sharing";

/** Where the build put what the page begins with. */
declare const SHELL: readonly string[];

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Asking extends Lasting {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface Worker {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", heard: (event: Lasting) => void): void;
  addEventListener(name: "fetch", heard: (event: Asking) => void): void;
}

const worker = self as unknown as Worker;
/** Another build has another name, because its parts have. */
const NAME = `page ${SHELL.join(" ")}`;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method === "POST" && pathname === "/share") return event.respondWith(taken(event.request));
  if (event.request.method !== "GET" || origin !== worker.location.origin) return;
  if (event.request.mode === "navigate" && pathname === "/") event.respondWith(newest(event.request));
  else if (pathname.startsWith("/assets/")) event.respondWith(unchanging(event.request));
});

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(["/", ...SHELL]);
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name !== NAME && name !== SHARED);
  await Promise.all(others.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** Keeps what another program shares until the page, which opens next, takes it. */
async function taken(request: Request): Promise<Response> {
  const form = await request.formData();
  const kept = await caches.open(SHARED);
  const files = form.getAll(FILES).filter((each) => each instanceof File);
  const headers = (file: File) => ({ "Content-Type": file.type, [FILE_NAME]: encodeURIComponent(file.name) });
  await Promise.all(files.map((file, index) => kept.put(`/shared/${index}`, new Response(file, { headers: headers(file) }))));
  const texts = ["title", "text", "url"].flatMap((name): [string, string][] => {
    const value = form.get(name);
    return typeof value === "string" && value ? [[name, value]] : [];
  });
  const query = new URLSearchParams(files.length > 0 ? [...texts, [FILES, ""]] : texts);
  return Response.redirect(`/?${query}`, 303);
}

/** The page as it is now, or while nobody answers, as it was. */
async function newest(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match("/");
    if (kept) return kept;
    throw error;
  }
}

/** A file whose name tells its content. */
async function unchanging(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(NAME);
    await cache.put(request, response.clone());
  }
  return response;
}

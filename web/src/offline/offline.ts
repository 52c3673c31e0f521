import { FILES, NAME, SHARED } from "./sharing";

/** Lets the browser keep the page for when the assistant is away; only where browsers allow that. */
export function keepPage(): void {
  if (!("serviceWorker" in navigator)) return;
  const register = () => void navigator.serviceWorker.register("sw.js").catch(() => undefined);
  // After everything else: it fetches the page once more.
  window.setTimeout(register, 3000);
}

/** What another program shared with the installed page: a text to ask about, and files. */
export function shared(): { text: string; files: Promise<readonly File[]> } {
  const values = new URLSearchParams(window.location.search);
  const parts = ["title", "text", "url"].flatMap((name) => values.get(name) ?? []);
  const files = values.has(FILES) ? keptFiles() : Promise.resolve([]);
  if (parts.length > 0 || values.has(FILES)) window.history.replaceState(null, "", "/");
  return { text: [...new Set(parts)].join("\n"), files };
}

/** What the worker put there, which is taken once. */
async function keptFiles(): Promise<readonly File[]> {
  const kept = await caches.open(SHARED);
  const taken = (await kept.keys()).map(async (request) => {
    const response = await kept.match(request);
    await kept.delete(request);
    const name = decodeURIComponent(response?.headers.get(NAME) ?? "");
    return response ? [new File([await response.blob()], name, { type: response.headers.get("Content-Type") ?? "" })] : [];
  });
  return (await Promise.all(taken)).flat();
}

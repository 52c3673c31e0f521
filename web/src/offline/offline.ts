/** Lets the browser keep the page for when the assistant is away; only where browsers allow that. */
export function keepPage(): void {
  if (!("serviceWorker" in navigator)) return;
  const register = () => void navigator.serviceWorker.register("sw.js").catch(() => undefined);
  // After everything else: it fetches the page once more.
  window.setTimeout(register, 3000);
}

/** What another program shared with the installed page: a text to ask about. */
export function shared(): string {
  const values = new URLSearchParams(window.location.search);
  const parts = ["title", "text", "url"].flatMap((name) => values.get(name) ?? []);
  if (parts.length > 0) window.history.replaceState(null, "", "/");
  return [...new Set(parts)].join("\n");
}

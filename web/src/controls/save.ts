/** Hands a file to the browser to be saved. */
export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name.replace(/[\\/:*?"<>|]+/g, " ").trim().slice(0, 100) || "file";
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

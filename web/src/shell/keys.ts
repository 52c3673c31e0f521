/** Keys that do something wherever one is. Pure. */
export type Command = "new" | "find" | "history" | "documents" | "camera" | "settings" | "last-code" | "dictate" | "hands-free" | "help" | "field";

interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Each command with its key; all but help and field with Ctrl (on a Mac ⌘) and Shift. */
export const KEYS: readonly (readonly [Command, string])[] = [
  ["new", "O"],
  ["find", "F"],
  ["history", "S"],
  ["documents", "D"],
  ["camera", "G"],
  ["settings", "E"],
  ["last-code", "C"],
  ["dictate", "L"],
  ["hands-free", "H"],
];

/** What a key press means; `typing`: in a field, where letters are letters. */
export function commandOf(press: Press, typing: boolean): Command | null {
  if ((press.ctrlKey || press.metaKey) && press.shiftKey && !press.altKey) {
    return KEYS.find(([, key]) => key === press.key.toUpperCase())?.[0] ?? null;
  }
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return null;
  if (press.key === "?") return "help";
  return press.key === "/" ? "field" : null;
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=radio], [type=checkbox]), textarea, select"));
}

/** How conversations are put in order: pinned ones, folders, then by their age. Pure. */
import type { WireConversation } from "../api/wire";

export type Age = "today" | "yesterday" | "week" | "month" | "older";

export interface Group {
  kind: "pinned" | "folder" | Age;
  /** A folder's name. */
  name: string;
  conversations: readonly WireConversation[];
}

const DAY_MS = 86_400_000;
const AGES: readonly Age[] = ["today", "yesterday", "week", "month", "older"];

/** `now`: milliseconds since 1970. */
export function grouped(list: readonly WireConversation[], now: number): Group[] {
  const pinned = list.filter((each) => each.pinned);
  const filed = list.filter((each) => !each.pinned && each.folder);
  const loose = list.filter((each) => !each.pinned && !each.folder);
  const folders = [...new Set(filed.map(({ folder }) => folder))].sort((one, other) => one.localeCompare(other));
  return [
    { kind: "pinned" as const, name: "", conversations: pinned },
    ...folders.map((name) => ({ kind: "folder" as const, name, conversations: filed.filter(({ folder }) => folder === name) })),
    ...AGES.map((age) => ({ kind: age, name: "", conversations: loose.filter(({ changed }) => ageOf(changed * 1000, now) === age) })),
  ].filter(({ conversations }) => conversations.length > 0);
}

export function ageOf(when: number, now: number): Age {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (when >= midnight) return "today";
  if (when >= midnight - DAY_MS) return "yesterday";
  if (when >= midnight - 6 * DAY_MS) return "week";
  return when >= midnight - 29 * DAY_MS ? "month" : "older";
}

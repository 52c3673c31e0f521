import { tab } from "../browser/kept";

/** The API key, kept until the tab is closed. */
export const key = {
  read: (): string | null => tab.read("key"),
  keep: (value: string): void => tab.keep("key", value),
  drop: (): void => tab.drop("key"),
};

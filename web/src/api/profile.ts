import { browser, tab } from "../browser/kept";

/** Whose conversations these are: the profile of this browser, and in this tab what opens it. */
export const profile = {
  id: (): string | null => browser.read("profile"),
  choose(id: string, key: string): void {
    browser.keep("profile", id);
    if (key) tab.keep(`profile.${id}`, key);
    else tab.drop(`profile.${id}`);
  },
  forget: (): void => browser.drop("profile"),
  /** What names it in a request; null: nobody in particular. */
  header(): string | null {
    const id = browser.read("profile");
    if (!id) return null;
    const key = tab.read(`profile.${id}`);
    return key ? `${id}:${key}` : id;
  },
};

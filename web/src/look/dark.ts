import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { theme } from "./look";

const DARK = "(prefers-color-scheme: dark)";

/** Whether the page is dark. */
export function useDark(): boolean {
  const system = useSignal(window.matchMedia(DARK).matches);
  useEffect(() => {
    const screen = window.matchMedia(DARK);
    const changed = () => (system.value = screen.matches);
    screen.addEventListener("change", changed);
    return () => screen.removeEventListener("change", changed);
  }, []);
  return theme.value === "system" ? system.value : theme.value === "dark";
}

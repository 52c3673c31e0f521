import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Command, commandOf, isTyping } from "./keys";

/** Runs what keys ask for; returns whether the list of keys is to be shown. */
export function useCommands(actions: Readonly<Record<Exclude<Command, "help">, () => void>>): Signal<boolean> {
  const help = useSignal(false);
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.isComposing || document.querySelector("dialog[open]")) return;
      const command = commandOf(event, isTyping(event.target));
      if (!command) return;
      event.preventDefault();
      if (command === "help") help.value = true;
      else latest.current[command]();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  return help;
}

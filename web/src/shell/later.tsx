import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Notice } from "../controls/Notice";
import { say } from "../language/language";

/** A part of the page that is fetched when it is first shown. */
export function later<Props extends object>(fetch: () => Promise<{ default: ComponentType<Props> }>) {
  let here: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const failed = useSignal(false);
    const arrived = useSignal(here !== null);
    const load = async () => {
      failed.value = false;
      try {
        here = (await fetch()).default;
        arrived.value = true;
      } catch {
        failed.value = true; // The server was away.
      }
    };
    useEffect(() => {
      if (!here) void load();
    }, []);
    if (failed.value) {
      return (
        <Notice tone="trouble" action={{ title: say.value.retry, run: () => void load() }}>
          {say.value.gone}
        </Notice>
      );
    }
    const Part = here;
    return arrived.value && Part ? <Part {...props} /> : null;
  };
}

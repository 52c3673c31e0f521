import { useEffect, useRef } from "preact/hooks";
import { say } from "../language/language";

/** A field in the place of a name; `done` gets the new one, empty where it stays as it is. */
export function Rename({ title, done }: { title: string; done(value: string): void }) {
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => field.current?.select(), []);
  const end = (value: string) => {
    if (ended.current) return;
    ended.current = true;
    done(value.trim());
  };
  return (
    <input
      ref={field}
      class="rename"
      dir="auto"
      maxLength={200}
      aria-label={say.value.rename}
      defaultValue={title}
      onBlur={({ currentTarget }) => end(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === "Enter") end(event.currentTarget.value);
        if (event.key === "Escape") {
          event.stopPropagation();
          end("");
        }
      }}
    />
  );
}

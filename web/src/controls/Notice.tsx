import type { ComponentChildren } from "preact";

interface Props {
  tone: "calm" | "trouble";
  action: { title: string; run(): void } | null;
  children: ComponentChildren;
}

/** A message to the reader, with the one thing that helps. */
export function Notice({ tone, action, children }: Props) {
  return (
    <div class={`notice ${tone}`} role={tone === "trouble" ? "alert" : "status"}>
      <div class="body">{children}</div>
      {action && (
        <button type="button" class="plain" onClick={action.run}>
          {action.title}
        </button>
      )}
    </div>
  );
}

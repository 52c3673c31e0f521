import type { WireEvent, WireMessage } from "../api/wire";

/** A message with one more event in it. */
export function grown(message: WireMessage, event: WireEvent): WireMessage {
  if (event.message) return event.message;
  return {
    ...message,
    text: message.text + (event.text ?? ""),
    ...(event.thinking ? { thinking: (message.thinking ?? "") + event.thinking } : {}),
    ...(event.sources ? { sources: [...(message.sources ?? []), ...event.sources] } : {}),
    ...(event.citations ? { citations: [...(message.citations ?? []), ...event.citations] } : {}),
    ...(event.calls ? { calls: [...(message.calls ?? []), ...event.calls] } : {}),
  };
}

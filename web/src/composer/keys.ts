/** What a key press in the message field means. */
export type Meaning = "send" | "write";

export interface Press {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  keyCode: number;
}

/** While an input method is composing, Enter chooses a word and must not send. */
export function meaningOf(press: Press): Meaning {
  // Safari ends the composition before the key press that ended it, and marks that press 229.
  const composing = press.isComposing || press.keyCode === 229;
  const enter = press.key === "Enter" && !press.shiftKey && !press.altKey;
  return enter && !composing ? "send" : "write";
}

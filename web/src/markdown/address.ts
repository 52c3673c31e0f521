const SAFE = /^(?:https?:\/\/|mailto:)/i;

/** The address if a click may lead there; null for scripts, local paths and the like. */
export function safeAddress(address: string): string | null {
  return SAFE.test(address) ? address : null;
}

/** Cuts a bare address where Chinese punctuation or a reference begins, which it cannot hold. */
export function cutBareAddress(address: string): [address: string, rest: string] {
  const end = address.search(/[\u3000-\u303f\uff00-\uffef\u2018-\u201d\u2e28]/);
  return end < 0 ? [address, ""] : [address.slice(0, end), address.slice(end)];
}

/** The same page where browsers give a microphone: HTTPS, on the same port. Pure. */
export function secureAddress({ host, pathname, search, hash }: Pick<Location, "host" | "pathname" | "search" | "hash">): string {
  return `https://${host}${pathname}${search}${hash}`;
}

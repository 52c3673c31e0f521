/**
 * Turns a count of characters (code points), as the server counts, into one of UTF-16 units, as
 * JavaScript does; they differ from the first emoji on.
 */
export function unitsOf(text: string): (points: number) => number {
  const pairs = [...text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)].map(({ index }) => index);
  // The pair number n begins n code points before where it begins in units.
  return (points) => points + pairs.filter((at, before) => at - before < points).length;
}

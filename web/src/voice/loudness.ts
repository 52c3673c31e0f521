/** As ears hear it, 0 to 1: of the range from a quiet room to a loud voice. */
export function loudness(level: number): number {
  const decibels = 20 * Math.log10(Math.max(level, 1e-5));
  return Math.min(1, Math.max(0, (decibels + 55) / 45));
}

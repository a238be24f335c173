/**
 * Numbers of things in sentences.
 *
 * @module
 */

/** Returns a number with its noun: `1 snapshot`, `2 snapshots`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * The spelling of flags.
 *
 * @module
 */

/** Returns a flag as it is typed: one dash for one letter, two for more. */
export function dashed(name: string): string {
  return `${name.length === 1 ? "-" : "--"}${name}`;
}

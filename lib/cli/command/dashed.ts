/**
 * The spelling of flags.
 *
 * @module
 */

/** Returns the spelling of a flag: one dash before one letter, two before more. */
export function dashed(name: string): string {
  return `${name.length === 1 ? "-" : "--"}${name}`;
}

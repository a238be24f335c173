/**
 * The order of texts that does not depend on a language.
 *
 * @module
 */

/** Compares texts by their code units; a comparator for `sort()`. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

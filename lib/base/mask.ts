/**
 * The text in the place of secrets.
 *
 * @module
 */

/** The text that replaces a secret in everything that is shown. */
export const MASK = "***";

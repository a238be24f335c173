/**
 * The first line of configuration files, which names their format.
 *
 * @module
 */

/** The first line of a current configuration file. */
export const HEADER = "#lxops-v1";

/** Returns the first line of a text without a byte order mark and trailing blanks. */
export function headerOf(text: string): string {
  return (/^\ufeff?([^\r\n]*)/.exec(text)?.[1] ?? "").trimEnd();
}

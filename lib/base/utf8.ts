/**
 * Bytes as text, where they are text.
 *
 * @module
 */

/** The text that bytes are in UTF-8; `undefined` where they are not, as any other text would not be the same. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Hashes of texts, for which no other text can be found.
 *
 * @module
 */

/** Returns the first half of the SHA-256 of a text, as 32 hexadecimal digits. */
export async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Short hashes that tell texts apart. They are no protection from an attacker who looks for two texts with one hash.
 *
 * @module
 */

/** Returns the FNV-1a hash of a text, as 8 hexadecimal digits. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

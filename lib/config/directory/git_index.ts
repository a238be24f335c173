/**
 * The index of a git repository, which lists the files that git tracks.
 *
 * @module
 */

const HEADER_BYTES = 12;
/** The bytes of an entry before its flags: times, device, inode, mode, owner, size and hash. */
const FIXED_BYTES = 40;
const EXTENDED = 0x4000;

/**
 * Tells whether an index has a path, relative to the repository; `undefined` where the index cannot be read. Hashes are of
 * 20 bytes, or of 32 in repositories with SHA-256.
 */
export function isTracked(index: Uint8Array, path: string, hashBytes = 20): boolean | undefined {
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  if (index.length < HEADER_BYTES || view.getUint32(0) !== 0x44495243) return undefined;
  const version = view.getUint32(4);
  if (version < 2 || version > 4) return undefined;
  const count = view.getUint32(8);
  const wanted = new TextEncoder().encode(path);
  let at = HEADER_BYTES;
  let name = new Uint8Array();
  for (let entry = 0; entry < count; entry++) {
    const start = at;
    at += FIXED_BYTES + hashBytes;
    if (at + 2 > index.length) return undefined;
    const flags = view.getUint16(at);
    at += version > 2 && (flags & EXTENDED) !== 0 ? 4 : 2;
    let kept = 0;
    if (version === 4) {
      // A name begins with that of the entry before it, of which some bytes are taken off the end.
      let strip = 0;
      for (let byte = index[at++]!;; byte = index[at++]!) {
        strip += byte & 127;
        if (byte === undefined || (byte & 128) === 0) break;
        strip = (strip + 1) * 128;
      }
      kept = name.length - strip;
    }
    const end = index.indexOf(0, at);
    if (end < 0 || kept < 0) return undefined;
    const rest = index.subarray(at, end);
    const whole = new Uint8Array(kept + rest.length);
    whole.set(name.subarray(0, kept));
    whole.set(rest, kept);
    name = whole;
    if (name.length === wanted.length && name.every((byte, index) => byte === wanted[index])) return true;
    at = version === 4 ? end + 1 : start + (end - start + 8 & ~7);
  }
  return false;
}

/**
 * Commits in the packs of a git repository.
 *
 * @module
 */

/** Number of an index's hashes by their first bytes. */
const FANOUT = 256;
/** Bytes in front of these numbers. */
const HEAD = 8;
/** The type of a commit that is stored as a whole. */
const COMMIT = 1;

/** Returns where an object is in a pack, by an index of version 2; `undefined` where it is not in there. */
export function packOffset(index: Uint8Array, hash: string): number | undefined {
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  const wanted = Uint8Array.fromHex(hash);
  try {
    if (view.getUint32(0) !== 0xff744f63 || view.getUint32(4) !== 2) return undefined;
    const count = (byte: number) => byte < 0 ? 0 : view.getUint32(HEAD + 4 * byte);
    const hashes = HEAD + 4 * FANOUT;
    const offsets = hashes + count(FANOUT - 1) * (wanted.length + 4);
    let [low, high] = [count(wanted[0]! - 1), count(wanted[0]!)];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = hashes + middle * wanted.length;
      const order = compare(index.subarray(at, at + wanted.length), wanted);
      if (order === 0) {
        const offset = view.getUint32(offsets + 4 * middle);
        // One of a pack of more than 2 GiB is elsewhere.
        return offset < 0x80000000 ? offset : undefined;
      }
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  } catch (error) {
    // It ends too early.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Returns the compressed content of a commit in a pack; `undefined` where another object is there, or a difference. */
export function packedCommit(pack: Uint8Array, offset: number): Uint8Array | undefined {
  let at = offset;
  const first = pack[at++] ?? 0;
  if (((first >> 4) & 7) !== COMMIT) return undefined;
  // The size, in groups of seven bits.
  for (let byte = first; (byte & 0x80) !== 0 && at < pack.length;) byte = pack[at++]!;
  return pack.subarray(at);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < b.length; at++) {
    if (a[at] !== b[at]) return (a[at] ?? -1) - b[at]!;
  }
  return 0;
}

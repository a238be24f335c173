/**
 * Reads files of an instance, which is not trusted.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import type { FileCopy } from "../../ports/copy.ts";
import type { Sftp } from "./client.ts";
import { mebibytes, PIECE, PIECES } from "./copying.ts";
import type { Attributes } from "./packets.ts";

/** Reads a file as long as it was when it was listed; holes stay holes. */
export async function readFile(
  sftp: Sftp,
  { path, attributes: { size = 0 } }: { readonly path: string; readonly attributes: Attributes },
  target: string,
  onCount: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const handle = await sftp.open(path);
  const file = await Deno.open(target, { write: true, createNew: true, mode: 0o600 });
  try {
    for (let start = 0; start < size; start += PIECE * PIECES) {
      signal.throwIfAborted();
      const offsets = Array.from({ length: PIECES }, (_, index) => start + index * PIECE).filter((one) =>
        one < size
      );
      const pieces = await Promise.all(
        offsets.map((offset) => whole(sftp, handle, offset, Math.min(PIECE, size - offset))),
      );
      for (const [index, piece] of pieces.entries()) {
        if (isZero(piece)) continue;
        await file.seek(offsets[index]!, Deno.SeekMode.Start);
        for (let rest = piece; rest.length > 0;) rest = rest.subarray(await file.write(rest));
      }
      const read = pieces.reduce((sum, piece) => sum + piece.length, 0);
      onCount(read);
      // It has become shorter meanwhile.
      if (pieces.at(-1)!.length === 0) size = Math.min(size, start + read);
    }
    await file.truncate(size);
  } finally {
    file.close();
    await sftp.close(handle).catch(() => {});
  }
}

/**
 * Reads a file that claims to be empty to its end, as files of the kernel in /proc and /sys are longer. Those of a tree
 * are left empty: some of them never end, or wait until something happens.
 */
export async function readToEnd(
  sftp: Sftp,
  { inside, maxBytes }: FileCopy,
  { path, target, onCount }: {
    readonly path: string;
    readonly target: string;
    readonly onCount: (bytes: number) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const handle = await sftp.open(path);
  const file = await Deno.open(target, { write: true, createNew: true, mode: 0o600 });
  try {
    for (let at = 0;;) {
      signal.throwIfAborted();
      const piece = await whole(sftp, handle, at, PIECE);
      if (piece.length === 0) return;
      at += piece.length;
      if (at > maxBytes) throw moreThan(inside, maxBytes);
      for (let rest = piece; rest.length > 0;) rest = rest.subarray(await file.write(rest));
      onCount(piece.length);
    }
  } finally {
    file.close();
    await sftp.close(handle).catch(() => {});
  }
}

/** Reads a piece, which the daemon may send in parts; shorter at the end of the file. */
async function whole(sftp: Sftp, handle: Uint8Array, offset: number, length: number): Promise<Uint8Array> {
  const piece = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const part = await sftp.read(handle, offset + at, length - at);
    if (!part || part.length === 0) break;
    piece.set(part.subarray(0, length - at), at);
    at += part.length;
  }
  return piece.subarray(0, Math.min(at, length));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes[0] === 0 && bytes.every((byte) => byte === 0);
}

/** Returns the error about a copy that is larger than it may be. */
export function moreThan(path: string, maxBytes: number): StateError {
  return tooLarge(path, `has more than ${mebibytes(maxBytes)} MiB`, "To copy more, add --max-size MIB");
}

/** Returns the error about a tree that is larger than it may be. */
export function tooLarge(path: string, why: string, advice: string): StateError {
  return new StateError(`"${path}" ${why}`, { advice: ["Nothing was changed.", advice] });
}

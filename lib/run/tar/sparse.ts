/**
 * Files with their holes: a daemon's archive has zeros for them. GNU tar's format for such files (version 1.0) has
 * the places of the data before the data, so that much of a file is read first; behind the limit, zeros stay zeros.
 *
 * @module
 */
import { fromBinary, type TarHeader } from "./read.ts";
import { concat } from "../../base/bytes.ts";
import { padding, writeHeader } from "./write.ts";

const PAGE = 32 * 1024;
/** A shorter run of zeros is not worth a hole, and a smaller page not the time. */
const SMALLEST_HOLE = PAGE;
const HELD_LIMIT = 16 * 1024 * 1024;

interface Piece {
  readonly at: number;
  size: number;
}

/** Yields a file with its data, with holes for long runs of zeros. */
export async function* writeFile(
  header: TarHeader,
  data: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const pages = pagesOf(data);
  const pieces: Piece[] = [{ at: 0, size: 0 }];
  const held: Uint8Array[] = [];
  let at = 0;
  let heldBytes = 0;
  let zeros = 0;
  const hold = (bytes: Uint8Array) => {
    held.push(bytes);
    heldBytes += bytes.length;
    pieces.at(-1)!.size += bytes.length;
  };
  while (at < header.size && heldBytes < HELD_LIMIT) {
    const { value: page } = await pages.next();
    if (!page) break;
    if (isZero(page)) zeros += page.length;
    else {
      if (zeros >= SMALLEST_HOLE) pieces.push({ at, size: 0 });
      else if (zeros > 0) hold(new Uint8Array(zeros));
      zeros = 0;
      hold(page);
    }
    at += page.length;
  }
  if (zeros > 0 && zeros < SMALLEST_HOLE) hold(new Uint8Array(zeros));
  // The loop ends at data, so the rest belongs to the last piece.
  pieces.at(-1)!.size += header.size - at;
  yield* begin(header, pieces);
  yield* held;
  yield* pages;
  yield padding(sizeOf(pieces));
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.size, 0);
}

function* begin(header: TarHeader, pieces: readonly Piece[]): Generator<Uint8Array> {
  const size = sizeOf(pieces);
  if (size === header.size) {
    yield writeHeader(header);
    return;
  }
  const all = [...pieces, { at: header.size, size: 0 }];
  const text = `${all.length}\n${all.map((piece) => `${piece.at}\n${piece.size}\n`).join("")}`;
  const map = concat([fromBinary(text), padding(text.length)]);
  yield writeHeader({ ...header, size: map.length + size, path: "GNUSparseFile.0" }, {
    "GNU.sparse.major": "1",
    "GNU.sparse.minor": "0",
    "GNU.sparse.name": header.path,
    "GNU.sparse.realsize": String(header.size),
  });
  yield map;
}

async function* pagesOf(data: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of data) {
    for (let rest = chunk; rest.length > 0;) {
      const part = rest.subarray(0, PAGE - size);
      rest = rest.subarray(part.length);
      parts.push(part);
      size += part.length;
      if (size < PAGE) continue;
      yield parts.length === 1 ? parts[0]! : concat(parts);
      parts = [];
      size = 0;
    }
  }
  if (size > 0) yield concat(parts);
}

function isZero(page: Uint8Array): boolean {
  for (const byte of page) if (byte !== 0) return false;
  return true;
}

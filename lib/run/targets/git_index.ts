/**
 * Comparison of files with a commit, by the index of a git repository.
 *
 * @module
 */
import { relative } from "@std/path";
import { concat } from "../../base/bytes.ts";
import type { Host } from "../../ports/mod.ts";
import { packedCommit, packOffset } from "./git_pack.ts";
import type { Repository } from "../../config/directory/git.ts";

/** Most bytes of an index, a file or an object that are read. */
const MOST = 16 * 1024 * 1024;

/** Most packs that are looked into. */
const MOST_PACKS = 20;

type Reader = Pick<Host, "readBytes" | "readDir" | "lstat">;

/** Entries of an index. */
export interface GitIndex {
  /** Hashes of files by their paths; of those in a conflict, empty ones. */
  readonly files: ReadonlyMap<string, string>;
  /** Hash of the tree of the index, if it was written since the last change of the index. */
  readonly tree?: string;
}

/**
 * Tells whether files equal those of a commit; `undefined` where that cannot be found out, as for a commit in a large pack.
 *
 * @param files absolute paths
 */
export async function isClean(
  repository: Repository,
  commit: string,
  files: readonly string[],
  host: Reader,
): Promise<boolean | undefined> {
  const bytes = await read(`${repository.git}/index`, host);
  if (!bytes) return undefined;
  const paths = new Map(files.map((file) => [relative(repository.top, file), file]));
  const index = parseIndex(bytes, new Set(paths.keys()), commit.length / 2);
  if (!index) return undefined;
  const algorithm = commit.length === 40 ? "SHA-1" : "SHA-256";
  for (const [path, file] of paths) {
    const content = await read(file, host);
    if (!content || index.files.get(path) !== await blobHash(content, algorithm)) return false;
  }
  return index.tree !== undefined && index.tree === await treeOf(repository, commit, host) ? true : undefined;
}

async function read(path: string, host: Reader): Promise<Uint8Array | undefined> {
  const found = await host.lstat(path).catch(() => undefined);
  if (found?.kind !== "file" || found.size > MOST) return undefined;
  return await host.readBytes(path).catch(() => undefined);
}

async function blobHash(content: Uint8Array, algorithm: string): Promise<string> {
  const head = new TextEncoder().encode(`blob ${content.length}\0`);
  const hash = await crypto.subtle.digest(algorithm, concat([head, content]));
  return new Uint8Array(hash).toHex();
}

/** Reads the hash of a commit's tree out of the object of the commit, which has a file of its own or is in a pack. */
async function treeOf({ common }: Repository, commit: string, host: Reader): Promise<string | undefined> {
  const loose = await read(`${common}/objects/${commit.slice(0, 2)}/${commit.slice(2)}`, host);
  const head = loose ? /^commit \d+\0tree ([0-9a-f]+)\n/ : /^tree ([0-9a-f]+)\n/;
  const compressed = loose ?? await packed(`${common}/objects/pack`, commit, host);
  if (!compressed) return undefined;
  try {
    return head.exec(await firstText(compressed))?.[1];
  } catch {
    return undefined;
  }
}

/** Most compressed bytes of a commit that are read: the tree is named first. */
const FIRST = 4096;
/** Bytes of these that are read at a time. */
const PART = 16;

/** Returns the first line of compressed bytes, and maybe more; other bytes may come behind them. */
async function firstText(compressed: Uint8Array): Promise<string> {
  let at = 0;
  // In small parts: bytes after the end are an error, and the tree comes first.
  const bytes = new ReadableStream<BufferSource>({
    pull(controller) {
      if (at >= Math.min(compressed.length, FIRST)) controller.close();
      else controller.enqueue(compressed.slice(at, at += PART));
    },
  });
  let text = "";
  try {
    for await (const part of bytes.pipeThrough(new DecompressionStream("deflate"))) {
      text += new TextDecoder().decode(part);
      if (text.includes("\n")) break;
    }
  } catch {
    // The text before the error counts.
  }
  return text;
}

/** Finds a commit in the packs of a directory. */
async function packed(directory: string, commit: string, host: Reader): Promise<Uint8Array | undefined> {
  const names = await host.readDir(directory).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(".idx")).slice(0, MOST_PACKS)) {
    const index = await read(`${directory}/${name}`, host);
    const offset = index && packOffset(index, commit);
    if (offset === undefined) continue;
    const pack = await read(`${directory}/${name.slice(0, -".idx".length)}.pack`, host);
    return pack && packedCommit(pack, offset);
  }
  return undefined;
}

/** Parses an index of version 2 to 4; `undefined` where it is none. Only some files are kept. */
export function parseIndex(
  bytes: Uint8Array,
  wanted: ReadonlySet<string>,
  hashLength: number,
): GitIndex | undefined {
  try {
    return indexOf(bytes, wanted, hashLength);
  } catch (error) {
    // It ends too early.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Bytes of an entry before its hash: times, numbers of the file, mode, owner and size. */
const BEFORE_HASH = 40;

function indexOf(
  bytes: Uint8Array,
  wanted: ReadonlySet<string>,
  hashLength: number,
): GitIndex | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const text = (start: number, end: number) => decoder.decode(bytes.subarray(start, end));
  const version = view.getUint32(4);
  if (text(0, 4) !== "DIRC" || version < 2 || version > 4) return undefined;
  const files = new Map<string, string>();
  const hashAt = (at: number) => bytes.subarray(at, at + hashLength).toHex();
  const endOf = (at: number) => {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw new RangeError("There is no end");
    return end;
  };
  let at = 12;
  let before: Uint8Array = new Uint8Array();
  for (let left = view.getUint32(8); left > 0; left--) {
    const hash = at + BEFORE_HASH;
    const flags = view.getUint16(hash + hashLength);
    let start = hash + hashLength + 2 + (version > 2 && (flags & 0x4000) !== 0 ? 2 : 0);
    let dropped = before.length;
    if (version === 4) {
      // The number of bytes to remove from the path before, in groups of seven bits.
      let byte = view.getUint8(start++);
      dropped = byte & 0x7f;
      while (byte & 0x80) {
        byte = view.getUint8(start++);
        dropped = (dropped + 1) * 128 + (byte & 0x7f);
      }
    }
    const end = endOf(start);
    const part = bytes.subarray(start, end);
    const path = version === 4 ? concat([before.subarray(0, before.length - dropped), part]) : part;
    before = path;
    const name = decoder.decode(path);
    if (wanted.has(name)) files.set(name, (flags & 0x3000) === 0 ? hashAt(hash) : "");
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  // The checksum is last.
  while (at + 8 <= bytes.length - hashLength) {
    const size = view.getUint32(at + 4);
    if (text(at, at + 4) === "TREE") {
      // The path of the root is empty; a negative number of entries says that it changed.
      const line = bytes.indexOf(10, at + 8);
      const [, count] = /^\0(-?\d+) \d+$/.exec(text(at + 8, line)) ?? [];
      return { files, ...(Number(count) >= 0 ? { tree: hashAt(line + 1) } : {}) };
    }
    at += 8 + size;
  }
  return { files };
}

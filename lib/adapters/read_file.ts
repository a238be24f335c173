/**
 * Files that the user names, opened only where reading them ends: a FIFO blocks until a process writes to it, and a
 * device may have no end.
 *
 * @module
 */
import { UnreadableError } from "../base/errors.ts";

const MIB = 1024 * 1024;
/** The most that is read of a file that is held in memory as text. */
export const TEXT_LIMIT_MIB = 64;
/** The largest content that is passed on unchanged and held in memory. */
export const BYTES_LIMIT_MIB = 2048;
/** The directory of the shell's process substitution, `<(program)`. */
const DESCRIPTOR = /^\/(dev\/(fd\/\d+|stdin)|proc\/(self|\d+)\/fd\/\d+)$/;
/** The number of `/dev/null` as Linux has it. */
const NULL_DEVICE = 0x103;

/**
 * Opens a file to read it.
 *
 * @throws {UnreadableError} where it is a directory, a FIFO that is no descriptor of a shell's, a device or a socket
 */
export async function openFile(path: string): Promise<Deno.FsFile> {
  checkKind(path);
  return await Deno.open(path);
}

/** Refuses everything but a file. It is synchronous, which takes less time here. */
function checkKind(path: string): Deno.FileInfo {
  const info = Deno.statSync(path);
  const kind = otherKind(path, info);
  if (kind !== undefined) throw new UnreadableError(path, `it is ${kind}, not a file`);
  return info;
}

/** Reads a file whole, as `openFile()` opens it. */
export async function readFile(path: string, limitMib: number): Promise<Uint8Array> {
  const info = checkKind(path);
  // Those below /proc have a size of 0, whatever is in them.
  if (info.isFile && info.size > 0 && info.size <= limitMib * MIB) return await Deno.readFile(path);
  using file = await Deno.open(path);
  const content = await readAll(file, limitMib);
  if (content) return content;
  throw new UnreadableError(path, `it is larger than ${limitMib} MiB, the most that is read`);
}

/** Reads to the end; `undefined` where that is farther than the limit. */
export async function readAll(
  from: { read(buffer: Uint8Array): Promise<number | null> },
  limitMib: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(65536);
  let size = 0;
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    size += count;
    if (size > limitMib * MIB) return undefined;
    chunks.push(buffer.slice(0, count));
  }
  const all = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

function otherKind(path: string, info: Deno.FileInfo): string | undefined {
  if (info.isFile) return undefined;
  if (info.isDirectory) return "a directory";
  if (info.isFifo) return DESCRIPTOR.test(path) ? undefined : "a FIFO";
  if (info.isSocket) return DESCRIPTOR.test(path) ? undefined : "a socket";
  if (info.isCharDevice && info.rdev === NULL_DEVICE) return undefined;
  return "a device";
}

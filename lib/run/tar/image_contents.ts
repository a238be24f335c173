/**
 * Reads the contents of an image from its export: one tar archive, plain or compressed by gzip or zstd. The archive may
 * be hostile, so that the size of the result is bounded.
 *
 * @module
 */
import type { createHash as CreateHash } from "node:crypto";
import { LxopsError, reasonOf } from "../../base/errors.ts";
import type { ImageContents, ImageFile } from "../../plan/image/compare.ts";
import { listsPackages } from "../../plan/image/packages.ts";
import { fromBinary, type TarHeader, TarReader } from "./read.ts";

/** The most files of an image, bytes of their names, and bytes of a list of packages. */
const FILES_LIMIT = 3_000_000;
const NAMES_LIMIT = 512 * 1024 * 1024;
const LIST_LIMIT = 64 * 1024 * 1024;

/** Directory of the files of an image in its archive. */
const IMAGE_ROOT = "rootfs/";

/** Directory of the files of an instance in its backup. */
export const BACKUP_ROOT = "backup/container/rootfs/";

/** An image that lxops cannot unpack, and its daemon can. */
export class UnreadableImage extends LxopsError {
  /** The form in which it is kept. */
  readonly what: string;

  constructor(name: string, what: string) {
    super(`lxops cannot look into image "${name}", which is ${what}`);
    this.what = what;
  }
}

/**
 * Reads an image.
 *
 * @param name its name, for messages
 * @param root the directory of its files in the archive
 * @throws {UnreadableImage} where only its daemon can unpack it
 */
export async function readImage(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  root: string = IMAGE_ROOT,
): Promise<ImageContents> {
  let isCutOff = false;
  const reader = new TarReader(toEnd(await unpacked(name, bytes), () => void (isCutOff = true)));
  const { createHash } = await import("node:crypto");
  const files = new Map<string, ImageFile>();
  const texts = new Map<string, string>();
  let names = 0;
  try {
    for (let header = await reader.next(); header; header = await reader.next()) {
      const path = pathOf(header.path, root);
      if (path === undefined) continue;
      names += header.path.length + header.linkPath.length;
      if (files.size >= FILES_LIMIT || names > NAMES_LIMIT) {
        throw new LxopsError(`Image "${name}" has more files than lxops compares`);
      }
      const other = header.type === "1" ? pathOf(header.linkPath, root) : undefined;
      const same = other === undefined ? undefined : files.get(other);
      files.set(path, same ?? await fileOf(header, { path, reader, texts, createHash }));
    }
    // What unpacks does not always say that something is missing.
    if (isCutOff) throw new LxopsError(`Image "${name}" ends in the middle`);
  } finally {
    await reader.close();
  }
  return { files, texts };
}

/** A file that is being read. */
interface Reading {
  readonly path: string;
  readonly reader: TarReader;
  readonly texts: Map<string, string>;
  readonly createHash: typeof CreateHash;
}

async function fileOf(header: TarHeader, { path, reader, texts, createHash }: Reading): Promise<ImageFile> {
  const common = {
    mode: header.mode,
    owner: `${header.uid}:${header.gid}`,
    attributes: [...header.attributes].sort().map(([key, value]) => `${key}=${value}`).join("\n"),
  };
  switch (header.type) {
    case "2":
      return { ...common, type: "link", content: header.linkPath };
    case "3":
    case "4":
      return { ...common, type: "device", content: `${header.type} ${header.major}:${header.minor}` };
    case "5":
      return { ...common, type: "directory", content: "" };
    case "6":
      return { ...common, type: "pipe", content: "" };
  }
  const hash = createHash("sha256");
  const list = listsPackages(path) && header.size <= LIST_LIMIT ? new TextDecoder() : undefined;
  let text = "";
  for await (const chunk of reader.data()) {
    hash.update(chunk);
    if (list) text += list.decode(chunk, { stream: true });
  }
  if (list) texts.set(path, text);
  return { ...common, type: "file", content: hash.digest("hex") };
}

/** Returns the path in the image, without a slash in front; `undefined` for files outside of its root filesystem. */
function pathOf(path: string, root: string): string | undefined {
  const at = path.replace(/^\.?\/+/, "");
  if (!at.startsWith(root) || at === root) return undefined;
  return new TextDecoder().decode(fromBinary(at.slice(root.length)));
}

/** Yields the bytes of an archive, and reports their end: a reader stops earlier, at the archive's end mark. */
async function* toEnd(bytes: AsyncIterable<Uint8Array>, onEnd: () => void): AsyncGenerator<Uint8Array> {
  yield* bytes;
  onEnd();
}

/** First bytes of files that lxops cannot unpack, with their names. */
const UNREADABLE: readonly (readonly [string, string])[] = [
  ["fd377a585a", "packed by xz"],
  ["425a68", "packed by bzip2"],
  ["68737173", "a squashfs filesystem"],
  // Of these parts, one is the metadata, and the other one mostly a squashfs filesystem.
  ["2d2d", "in two parts"],
];

/** Returns the archive of an image. */
async function unpacked(name: string, bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const source = bytes[Symbol.asyncIterator]();
  const first: Uint8Array = (await source.next()).value ?? new Uint8Array(0);
  const start = [...first.subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const unreadable = UNREADABLE.find(([magic]) => start.startsWith(magic));
  if (unreadable) {
    await source.return?.();
    throw new UnreadableImage(name, unreadable[1]);
  }
  const whole = rest(first, source);
  if (start.startsWith("1f8b")) {
    const packed = ReadableStream.from(whole as AsyncIterable<Uint8Array<ArrayBuffer>>);
    return undamaged(name, packed.pipeThrough(new DecompressionStream("gzip")));
  }
  if (!start.startsWith("28b52ffd")) return whole;
  const [{ createZstdDecompress }, { pipeline, Readable }] = await Promise.all([
    import("node:zlib"),
    import("node:stream"),
  ]);
  // A failure of the source is one of the result.
  return undamaged(name, pipeline(Readable.from(whole), createZstdDecompress(), () => {}));
}

/** Yields the output of a program that unpacks; its own failures say nothing about the image. */
async function* undamaged(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    if (error instanceof LxopsError) throw error;
    throw new LxopsError(`Image "${name}" cannot be unpacked: ${reasonOf(error)}`);
  }
}

async function* rest(first: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (;;) {
      const { done, value } = await source.next();
      if (done) return;
      yield value;
    }
  } finally {
    await source.return?.();
  }
}

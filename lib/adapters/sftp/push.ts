/**
 * Copies a file or a tree of this machine into an instance, where it is there as a whole or not at all.
 *
 * @module
 */
import { basename, dirname, join } from "@std/path";
import { LxopsError, reasonOf, StateError } from "../../base/errors.ts";
import { missing } from "../../base/missing.ts";
import type { CopyEvents, FileCopy } from "../../ports/copy.ts";
import { type Sftp, SftpError } from "./client.ts";
import { AT_ONCE, each, mebibytes, PIECE, PIECES, randomName } from "./copying.ts";
import { type Attributes, kindOf, STATUS } from "./packets.ts";

/** A file to copy. */
interface Item {
  /** Its path below the one that was named, with a slash in front; empty for that itself. */
  readonly below: string;
  readonly path: string;
  readonly info: Deno.FileInfo;
}

/** Copies a file or a tree of this machine to a path of an instance. */
export async function push(
  sftp: Sftp,
  copy: FileCopy,
  signal: AbortSignal,
  events: CopyEvents,
): Promise<void> {
  const { items, left } = await walk(copy, signal);
  const target = await targetOf(sftp, copy, items[0]!);
  if (left.length > 0) {
    const more = left.length > 3 ? ", ..." : "";
    events.note(
      `${left.length} devices, sockets and FIFOs are not copied: ${left.slice(0, 3).join(", ")}${more}`,
    );
  }
  const partial = join(dirname(target), randomName(basename(target)));
  const at = ({ below }: Item) => `${partial}${below}`;
  const made: Item[] = [];
  try {
    for (const item of items) {
      if (!item.info.isDirectory) continue;
      await sftp.makeDirectory(at(item), { mode: 0o700 });
      made.push(item);
    }
    let bytes = 0;
    await each(items.filter(({ info }) => !info.isDirectory), AT_ONCE, async (item) => {
      signal.throwIfAborted();
      made.push(item);
      if (item.info.isSymlink) return await sftp.makeLink(at(item), await Deno.readLink(item.path));
      const onCount = (count: number) => events.progress(`${mebibytes(bytes += count)} MiB`);
      await writeFile(sftp, item, at(item), copy, onCount);
    });
    for (const item of items.toReversed()) {
      if (item.info.isDirectory) await sftp.set(at(item), attributesOf(item.info, copy));
    }
    signal.throwIfAborted();
    await sftp.rename(partial, target);
  } catch (error) {
    for (const item of made.toReversed()) await sftp.remove(at(item), item.info.isDirectory).catch(() => {});
    if (signal.aborted) throw signal.reason;
    if (error instanceof SftpError) {
      throw new LxopsError(
        `Cannot write "${target}" in instance "${copy.instance.name}": ${error.message}`,
        [],
        {
          cause: error,
        },
      );
    }
    if (error instanceof LxopsError) throw error;
    throw new LxopsError(`Cannot read "${copy.outside}": ${reasonOf(error)}`, [], { cause: error });
  }
}

/** Lists the files to copy, directories before their contents, and those that cannot be copied. */
async function walk(
  { outside }: FileCopy,
  signal: AbortSignal,
): Promise<{ readonly items: readonly Item[]; readonly left: readonly string[] }> {
  const path = outside.replace(/(?<=.)\/+$/, "");
  const info = await Deno.lstat(path).catch(() => undefined);
  if (!info) throw missing("file", path);
  if (!isCopied(info)) throw new StateError(`"${path}" is a device, a socket or a FIFO, which is not copied`);
  const [items, left]: [Item[], string[]] = [[{ below: "", path, info }], []];
  for (let level = info.isDirectory ? [items[0]!] : []; level.length > 0;) {
    signal.throwIfAborted();
    const next: Item[] = [];
    for (const directory of level) {
      for await (const { name } of Deno.readDir(directory.path)) {
        const item = { below: `${directory.below}/${name}`, path: join(directory.path, name) };
        const info = await Deno.lstat(item.path);
        if (!isCopied(info)) left.push(item.path);
        else {
          items.push({ ...item, info });
          if (info.isDirectory) next.push({ ...item, info });
        }
      }
    }
    level = next;
  }
  return { items, left };
}

function isCopied({ isFile, isDirectory, isSymlink }: Deno.FileInfo): boolean {
  return isFile || isDirectory || isSymlink;
}

/** Returns the path to write in the instance, where nothing is lost. */
async function targetOf(sftp: Sftp, copy: FileCopy, { path, info }: Item): Promise<string> {
  const { inside, instance, overwrite } = copy;
  const where = ` in instance "${instance.name}"`;
  const named = inside.replace(/(?<=.)\/+$/, "");
  const there = await look(sftp, named);
  const isDirectory = there !== undefined && kindOf(there) === "directory";
  if (inside.endsWith("/") && !isDirectory) throw missing("directory", inside, { where });
  const target = isDirectory ? join(named, basename(path)) : named;
  if (!isDirectory && (await look(sftp, dirname(target))) === undefined) {
    throw missing("directory", dirname(target), { where });
  }
  const found = isDirectory ? await look(sftp, target) : there;
  if (!found) return target;
  const isFile = kindOf(found) !== "directory" && !info.isDirectory;
  if (isFile && overwrite) return target;
  throw new StateError(`"${target}" exists already${where}`, {
    kind: "exists",
    advice: [
      "Nothing was changed.",
      isFile ? "To replace it, add --overwrite" : "Name another one, or remove it first",
    ],
  });
}

async function look(sftp: Sftp, path: string): Promise<Attributes | undefined> {
  try {
    return await sftp.lstat(path);
  } catch (error) {
    if (error instanceof SftpError && error.code === STATUS.missing) return undefined;
    throw error;
  }
}

async function writeFile(
  sftp: Sftp,
  { path, info }: Item,
  target: string,
  copy: FileCopy,
  onCount: (bytes: number) => void,
): Promise<void> {
  const file = await Deno.open(path);
  const { uid, gid, mode, mtime, atime } = attributesOf(info, copy);
  try {
    const handle = await sftp.open(target, { ...owner(uid, gid), ...(mode === undefined ? {} : { mode }) });
    try {
      let offset = 0;
      let writing: Promise<void>[] = [];
      while (true) {
        const piece = new Uint8Array(PIECE);
        const count = await file.read(piece);
        if (count === null) break;
        writing.push(sftp.write(handle, offset, piece.subarray(0, count)));
        offset += count;
        if (writing.length < PIECES) continue;
        await Promise.all(writing);
        onCount(PIECES * PIECE);
        writing = [];
      }
      await Promise.all(writing);
      // A write takes away bits that let a program run as its owner.
      await sftp.setOpen(handle, { ...(mode === undefined ? {} : { mode }), ...times(atime, mtime) });
    } finally {
      await sftp.close(handle).catch(() => {});
    }
  } finally {
    file.close();
  }
}

/** Returns the attributes that a copy gets. */
function attributesOf({ uid, gid, mode, mtime, atime }: Deno.FileInfo, { archive }: FileCopy): Attributes {
  const seconds = (date: Date | null) => date ? Math.floor(date.getTime() / 1000) : undefined;
  return {
    ...owner(archive ? uid ?? 0 : 0, archive ? gid ?? 0 : 0),
    mode: (mode ?? 0o644) & 0o7777,
    ...times(seconds(atime), seconds(mtime)),
  };
}

function owner(uid: number | undefined, gid: number | undefined): Attributes {
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

function times(atime: number | undefined, mtime: number | undefined): Attributes {
  return mtime === undefined ? {} : { mtime, atime: atime ?? mtime };
}

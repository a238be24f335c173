/**
 * Copies a file or a tree out of an instance, which is not trusted: names, sizes and kinds of its files are checked, no
 * link is followed, and all that will be written is known before the first file is.
 *
 * @module
 */
import { basename, dirname, join } from "@std/path";
import { LxopsError, reasonOf, StateError } from "../../base/errors.ts";
import { missing } from "../../base/missing.ts";
import type { CopyEvents, FileCopy } from "../../ports/copy.ts";
import { type Sftp, SftpError } from "./client.ts";
import { AT_ONCE, each, mebibytes } from "./copying.ts";
import { placeOf } from "./left_copies.ts";
import { type Attributes, type FileKind, kindOf, STATUS } from "./packets.ts";
import { moreThan, readFile, readToEnd, tooLarge } from "./read_file.ts";

/** A file to copy. */
interface Item {
  /** Its path below the one that was named, with a slash in front; empty for that itself. */
  readonly below: string;
  /** Its path in the instance. */
  readonly path: string;
  readonly kind: Exclude<FileKind, "other">;
  readonly attributes: Attributes;
}

/** Largest number of files and directories in one copy. */
const MOST = 1_000_000;
/** Largest depth of directories. */
const DEEPEST = 200;

/** Copies a file or a tree out of an instance to a path of this machine, which is there as a whole or not at all. */
export async function pull(
  sftp: Sftp,
  copy: FileCopy,
  signal: AbortSignal,
  events: CopyEvents,
): Promise<void> {
  const source = copy.inside.replace(/(?<=.)\/+$/, "");
  const target = await targetOf(copy, basename(source));
  const items = await walk(sftp, copy, source, signal, events);
  const top = items[0]!;
  await checkTarget(target, top.kind, copy);
  const partial = await placeOf(target, basename(target));
  const at = ({ below }: Item) => `${partial}${below}`;
  const outward: string[] = [];
  try {
    for (const item of items) {
      if (item.kind === "directory") await Deno.mkdir(at(item), { mode: 0o700 });
    }
    let bytes = 0;
    await each(items.filter(({ kind }) => kind !== "directory"), AT_ONCE, async (item) => {
      signal.throwIfAborted();
      if (item.kind === "symlink") {
        const text = new TextDecoder("utf-8", { fatal: true }).decode(await sftp.readLink(item.path));
        if (leadsOut(item.below, text)) outward.push(`${item.path} -> ${text}`);
        await Deno.symlink(text, at(item));
        return;
      }
      const onCount = (count: number) => events.progress(`${mebibytes(bytes += count)} MiB`);
      const isUnsized = item.below === "" && (item.attributes.size ?? 0) === 0;
      if (isUnsized) await readToEnd(sftp, copy, { path: item.path, target: at(item), onCount }, signal);
      else await readFile(sftp, item, at(item), onCount, signal);
      await finish(at(item), item, copy);
    });
    // From the deepest on, as some may not be writable any more.
    for (const item of items.toReversed()) if (item.kind === "directory") await finish(at(item), item, copy);
    signal.throwIfAborted();
    await Deno.rename(partial, target);
    if (outward.length > 0) {
      const names = `${outward.slice(0, 3).join(", ")}${outward.length > 3 ? ", ..." : ""}`;
      events.note(`${outward.length} links lead out of the copy, to files of this machine: ${names}`);
    }
  } catch (error) {
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    if (signal.aborted) throw signal.reason;
    if (error instanceof LxopsError) throw error;
    throw new LxopsError(`Cannot write "${target}": ${reasonOf(error)}`, [], { cause: error });
  }
}

/** Tells whether a link of a copy leads to a file that is no part of it; `below` is its place in the copy. */
function leadsOut(below: string, text: string): boolean {
  if (text.startsWith("/")) return true;
  let depth = below.split("/").length - 2;
  for (const part of text.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return below === "";
}

/** Returns the path to write: in a directory, a copy keeps its name. */
async function targetOf({ outside }: FileCopy, name: string): Promise<string> {
  const info = await Deno.stat(outside).catch(() => undefined);
  if (info?.isDirectory) {
    if (name === "" || name === "/") {
      throw new StateError(
        `The root directory of an instance has no name: name the new directory, "${join(outside, "NAME")}"`,
      );
    }
    return join(outside, name);
  }
  const target = outside.replace(/\/+$/, "");
  if (outside.endsWith("/")) throw missing("directory", outside);
  if (!(await Deno.stat(dirname(target)).catch(() => undefined))?.isDirectory) {
    throw missing("directory", dirname(target));
  }
  return target;
}

/** Checks that the target may be written: nothing is lost, and no other user can lead lxops elsewhere meanwhile. */
async function checkTarget(target: string, kind: FileKind, { overwrite }: FileCopy): Promise<void> {
  const info = await Deno.lstat(target).catch(() => undefined);
  if (info && (kind === "directory" || info.isDirectory)) {
    throw new StateError(`"${target}" exists already`, {
      kind: "exists",
      advice: ["Nothing was changed.", "Name another one, or remove it first"],
    });
  }
  if (info && !overwrite) {
    throw new StateError(`"${target}" exists already`, {
      kind: "exists",
      advice: ["Nothing was changed.", "To replace it, add --overwrite"],
    });
  }
  const uid = Deno.uid();
  if (uid !== 0) return;
  const trusted = [0, Number(Deno.env.get("SUDO_UID") ?? 0)];
  for (let at = await Deno.realPath(dirname(target));; at = dirname(at)) {
    const { uid, mode } = await Deno.lstat(at);
    const isOpen = ((mode ?? 0) & 0o002) !== 0 && ((mode ?? 0) & 0o1000) === 0;
    if (!trusted.includes(uid ?? 0) || isOpen) {
      throw new StateError(`Others than root can change the directory "${at}", and lead the copy elsewhere`, {
        advice: [
          "Nothing was changed.",
          "Name a place that only root can change, and move the copy from there",
        ],
      });
    }
    if (at === "/") return;
  }
}

/** Lists the files to copy, directories before their contents. */
async function walk(
  sftp: Sftp,
  { instance, inside, maxBytes }: FileCopy,
  source: string,
  signal: AbortSignal,
  events: CopyEvents,
): Promise<readonly Item[]> {
  const top = await sftp.lstat(source).catch((error) => {
    if (!(error instanceof SftpError) || error.code !== STATUS.missing) throw error;
    throw missing("file", inside, { where: ` in instance "${instance.name}"` });
  });
  const kind = kindOf(top);
  if (kind === "other") {
    throw new StateError(
      `"${inside}" in instance "${instance.name}" is a device, a socket or a FIFO, which is not copied`,
    );
  }
  const items: Item[] = [{ below: "", path: source, kind, attributes: top }];
  let [bytes, left] = [0, 0];
  const leftNames: string[] = [];
  const count = ({ size = 0 }: Attributes, kind: FileKind) => {
    if (kind === "file") bytes += size;
    if (bytes > maxBytes) throw moreThan(inside, maxBytes);
  };
  count(top, kind);
  let level = kind === "directory" ? [items[0]!] : [];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) {
      throw tooLarge(inside, `is more than ${DEEPEST} directories deep`, "Copy a part of it");
    }
    const next: Item[] = [];
    await each(level, AT_ONCE, async (directory) => {
      const names = new Set<string>();
      await sftp.readDirectory(directory.path, (entries) => {
        signal.throwIfAborted();
        for (const { name, attributes } of entries) {
          const text = nameOf(name, directory.path);
          if (text === "." || text === ".." || names.has(text)) continue;
          names.add(text);
          const kind = kindOf(attributes);
          if (kind === "other") {
            left++;
            if (leftNames.length < 3) leftNames.push(`${directory.path}/${text}`);
            continue;
          }
          count(attributes, kind);
          const item = {
            below: `${directory.below}/${text}`,
            path: join(directory.path, text),
            kind,
            attributes,
          };
          items.push(item);
          if (kind === "directory") next.push(item);
          if (items.length > MOST) throw tooLarge(inside, `has more than ${MOST} files`, "Copy a part of it");
        }
      });
    });
    level = next;
  }
  if (left > 0) {
    events.note(
      `${left} devices, sockets and FIFOs are not copied: ${leftNames.join(", ")}${left > 3 ? ", ..." : ""}`,
    );
  }
  return items;
}

/** Returns a name that a daemon sends of a directory's entry, if it is one. */
function nameOf(bytes: Uint8Array, directory: string): string {
  try {
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (name !== "" && !name.includes("/") && !name.includes("\0")) return name;
  } catch {
    // Not UTF-8.
  }
  throw new StateError(`A name in "${directory}" is not in UTF-8: lxops cannot write it`, {
    advice: ["Nothing was changed.", "Rename it in the instance, or copy the other files"],
  });
}

/** Gives a copy its owner, mode and time, without setuid and setgid bits, which would count on the host. */
async function finish(path: string, { attributes }: Item, { archive }: FileCopy): Promise<void> {
  const { uid = 0, gid = 0, mode = 0, atime, mtime } = attributes;
  if (archive) await Deno.chown(path, uid, gid);
  if (mtime !== undefined) await Deno.utime(path, atime ?? mtime, mtime);
  await Deno.chmod(path, mode & 0o777);
}

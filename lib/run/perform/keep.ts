/**
 * Saves kept files of an instance beside its data, and puts them into a new root filesystem.
 *
 * @module
 */
import { dirname } from "@std/path";
import { CommandError, LxopsError, StateError } from "../../base/errors.ts";
import {
  areSame,
  bundleOwner,
  decodeBundle,
  encodeBundle,
  isKept,
  type KeptFile,
  mergedFiles,
  MOST_BYTES,
  MOST_FILES,
  MOST_TEXT,
  ownerOf,
} from "../../plan/provision/bundle.ts";
import type { GuestFiles } from "../../ports/guest_files.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Keeping } from "../../step/provision.ts";
import type { Run } from "./perform.ts";
import { endFileReader } from "./refused_start.ts";

/** The deepest directory below a kept one. */
const DEEPEST = 8;
/** Time limit of the reading or writing of all files, in milliseconds. */
const LIMIT_MS = 60_000;

const PUT_RIGHT: readonly string[] = ["Put that right in the instance, or change keep in the configuration"];

/** Saves kept files, or puts them into place. */
export async function keepFiles({ keep, ...how }: Keeping, run: Run): Promise<void> {
  if (how.how === "save") {
    const { instance, store, optional } = how;
    try {
      await within(instance, run, (files) => save(files, store, { keep, run, owner: ownerOf(instance) }));
    } catch (error) {
      if (!optional || run.signal.aborted || !(error instanceof LxopsError)) throw error;
      run.report({
        kind: "note",
        instance: run.instance,
        text: error.message,
      });
    }
    return;
  }
  const kept = how.how === "move"
    ? await within(how.from, run, async (files) => {
      const now = await collect(files, keep, run);
      if (how.store === undefined) return now;
      // They are saved once the new instance has its place, which must not be the first time that this fails.
      await checkStore(files, how.store);
      const owner = ownerOf(how.from);
      const stored = await readStore(files, how.store);
      if (isAnothers(stored, owner, now)) return now;
      const all = mergedFiles(stored.files, now, keep);
      storedText(all, owner);
      return all;
    })
    : await readFromHost(how.path, ownerOf(how.instance), run);
  await within(
    how.instance,
    run,
    (files) => place(files, kept.filter(({ path }) => isKept(path, keep)), run),
  );
  await endFileReader(how.instance, run);
}

/** The files of an instance that are to be saved. */
interface Saving {
  readonly keep: readonly string[];
  readonly owner: string;
  readonly run: Pick<Run, "report" | "instance">;
}

/** Saves the files of an instance in a file of it; one that has those of another instance is left alone. */
export async function save(files: GuestFiles, store: string, { keep, owner, run }: Saving): Promise<void> {
  await checkStore(files, store);
  const now = await collect(files, keep, run);
  const stored = await readStore(files, store);
  if (isAnothers(stored, owner, now)) {
    return run.report({
      kind: "note",
      instance: run.instance,
      text:
        `Kept files are not saved: "${store}" in the instance has those of instance "${stored.owner}"; if that ` +
        "one does not need them any more, remove the file",
    });
  }
  const all = mergedFiles(stored.files, now, keep);
  if (all.length > 0) await writeStore(files, store, storedText(all, owner));
}

/** Stored files, and the instance that they are of, where that is known. */
interface Stored {
  readonly files: readonly KeptFile[];
  readonly owner?: string | undefined;
}

/** Tells whether stored files are those of another instance, and not of this one under an earlier name. */
function isAnothers(stored: Stored, owner: string, now: readonly KeptFile[]): boolean {
  return stored.owner !== undefined && stored.owner !== owner && !areSame(stored.files, now);
}

/**
 * Returns files as the text that is stored.
 *
 * @throws {StateError} where that would not be read again
 */
function storedText(files: readonly KeptFile[], owner: string): string {
  const text = encodeBundle(files, owner);
  if (files.length > MOST_FILES || text.length > MOST_TEXT) {
    throw new StateError(
      "Kept files, with those that were saved earlier, are too many or too large to be saved",
      { advice: PUT_RIGHT },
    );
  }
  return text;
}

/**
 * Checks the place where files are stored.
 *
 * @throws {StateError} where something else is there
 */
export async function checkStore(files: GuestFiles, store: string): Promise<void> {
  const link = await linkAbove(files, store);
  if (link !== undefined) {
    throw new StateError(`Kept files cannot be saved: "${link}" in the instance is no directory`, {
      advice: PUT_RIGHT,
    });
  }
  if ((await files.lstat(store))?.kind === "directory") {
    throw new StateError(`Kept files cannot be saved: "${store}" in the instance is a directory`, {
      advice: PUT_RIGHT,
    });
  }
}

async function within<T>(
  instance: InstanceRef,
  { controls: { control }, signal }: Run,
  act: (files: GuestFiles) => Promise<T>,
): Promise<T> {
  if (!control.withFiles) throw new StateError(`Files of "${instance.name}" cannot be kept from here`);
  return await control.withFiles(instance, act, AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]));
}

/** Collects the files of an instance that are to be kept, without links and their targets. */
export async function collect(
  files: GuestFiles,
  keep: readonly string[],
  { report, instance }: Pick<Run, "report" | "instance">,
): Promise<readonly KeptFile[]> {
  const found: KeptFile[] = [];
  let bytes = 0;
  const note = (text: string) => report({ kind: "note", instance, text });
  const add = async (path: string, depth: number): Promise<void> => {
    const info = await files.lstat(path);
    if (!info) return;
    const { kind, mode, uid, gid } = info;
    if (kind !== "file" && kind !== "directory") {
      return note(`"${path}" is not kept: it is ${kind === "symlink" ? "a symbolic link" : "no file"}`);
    }
    if (found.length >= MOST_FILES) {
      throw new StateError(`More than ${MOST_FILES} files cannot be kept`, { advice: PUT_RIGHT });
    }
    const content = kind === "file" ? await files.read(path, MOST_BYTES - bytes) : new Uint8Array();
    bytes += content.length;
    if (path === MACHINE_ID && !/^[0-9a-f]{32}\n?$/.test(new TextDecoder().decode(content))) return;
    found.push({ kind, path, mode, uid, gid, content });
    if (kind === "file") return;
    if (depth >= DEEPEST) throw new StateError(`"${path}" is too deep to be kept`, { advice: PUT_RIGHT });
    for (const name of (await files.list(path, MOST_FILES)).toSorted()) {
      await add(`${path}/${name}`, depth + 1);
    }
  };
  for (const path of await pathsOf(files, keep)) {
    const link = await linkAbove(files, path);
    if (link === undefined) await add(path, 0);
    else note(`"${path}" is not kept: "${link}" is no directory`);
  }
  return found;
}

const MACHINE_ID = "/etc/machine-id";
const SSH = "/etc/ssh";

async function pathsOf(files: GuestFiles, keep: readonly string[]): Promise<readonly string[]> {
  const paths = await Promise.all(keep.map(async (one): Promise<readonly string[]> => {
    if (one === "machine-id") return [MACHINE_ID];
    if (one !== "ssh-host-keys") return [one];
    if ((await files.lstat(SSH))?.kind !== "directory") return [];
    const names = await files.list(SSH, MOST_FILES);
    return names.toSorted().map((name) => `${SSH}/${name}`).filter((path) => isKept(path, [one]));
  }));
  return [...new Set(paths.flat())];
}

/** Returns the first directory above a path that is none; `undefined` where all are, or one is missing. */
async function linkAbove(files: GuestFiles, path: string): Promise<string | undefined> {
  for (const above of directoriesOf(path)) {
    const info = await files.lstat(above);
    if (!info) return undefined;
    if (info.kind !== "directory") return above;
  }
  return undefined;
}

/** Returns the directories above a path, the outermost first, without the root directory. */
function directoriesOf(path: string): readonly string[] {
  const found: string[] = [];
  for (let at = dirname(path); at !== "/"; at = dirname(at)) found.unshift(at);
  return found;
}

/** Puts files into an instance; directories, and targets of links, stay unchanged. */
export async function place(
  files: GuestFiles,
  kept: readonly KeptFile[],
  { report, instance }: Pick<Run, "report" | "instance">,
): Promise<void> {
  for (const { kind, path, content, ...owner } of kept) {
    const note = (why: string) =>
      report({ kind: "note", instance, text: `"${path}" is not put into place: ${why}` });
    const link = await linkAbove(files, path);
    if (link !== undefined) {
      note(`"${link}" is no directory`);
      continue;
    }
    for (const above of directoriesOf(path)) {
      if (!await files.lstat(above)) await files.makeDirectory(above, { mode: 0o755, uid: 0, gid: 0 });
    }
    const there = await files.lstat(path);
    if (kind === "directory") {
      if (!there) await files.makeDirectory(path, owner);
      else if (there.kind !== "directory") note("there is no directory in its place");
    } else if (there?.kind === "directory") note("there is a directory in its place");
    else await files.replace(path, { content, ...owner });
  }
}

async function readStore(files: GuestFiles, store: string): Promise<Stored> {
  if (await linkAbove(files, store) !== undefined) return { files: [] };
  const info = await files.lstat(store);
  if (info?.kind !== "file" || info.size > MOST_TEXT) return { files: [] };
  const text = new TextDecoder().decode(await files.read(store, MOST_TEXT));
  const found = decodeBundle(text);
  return found ? { files: found, owner: bundleOwner(text) } : { files: [] };
}

async function writeStore(files: GuestFiles, store: string, text: string): Promise<void> {
  const directory = dirname(store);
  if (!await files.lstat(directory)) await files.makeDirectory(directory, { mode: 0o700, uid: 0, gid: 0 });
  const content = new TextEncoder().encode(text);
  await files.replace(store, { content, mode: 0o600, uid: 0, gid: 0 });
}

/** Reads the stored files from the host, while no instance runs that could put something else in their place. */
async function readFromHost(
  path: string,
  owner: string,
  { controls: { host }, signal, report, instance }: Run,
): Promise<readonly KeptFile[]> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  const directory = dirname(path);
  const size = `-${Math.ceil(MOST_TEXT / 1024) + 1}k`;
  // It follows no link, not even in its first argument.
  const only = ["-mindepth", "1", "-maxdepth", "1", "-name", "keep", "-type", "f", "-size", size];
  const argv = ["find", "-P", directory, ...only] as const;
  const look = await host.run({ argv }, () => {}, limit);
  if (look.stdout.trim() !== path) {
    if (look.code === 0 || /No such file/.test(look.stderr)) return [];
    throw new CommandError(`Cannot look at "${path}"`, {
      argv,
      code: look.code,
      stderr: look.stderr,
    });
  }
  const { code, stdout, stderr } = await host.run({ argv: ["cat", "--", path] }, () => {}, limit);
  if (code !== 0) throw new CommandError(`Cannot read "${path}"`, { argv: ["cat", path], code, stderr });
  const files = decodeBundle(stdout);
  const other = bundleOwner(stdout);
  if (files && other !== undefined && other !== owner) {
    const text = `Kept files are not put into place: "${path}" has those of instance "${other}"`;
    report({ kind: "note", instance, text });
    return [];
  }
  if (files) return files;
  report({ kind: "note", instance, text: `"${path}" has no kept files: it is not as lxops writes it` });
  return [];
}

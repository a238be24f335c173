/**
 * Directories on the command line: one with a file `lxops.yaml` is a container, another one means all containers below
 * it.
 *
 * @module
 */
import { join } from "@std/path";
import { UsageError } from "../../base/errors.ts";
import { compareTexts } from "../../base/order.ts";
import { DIRECTORY_FILE } from "../../config/directory/directory_file.ts";
import type { Host, PathInfo } from "../../ports/mod.ts";

type Io = Pick<Host, "lstat" | "realPath" | "readDir">;
type Reading = Io & Pick<Host, "readText">;

/** Largest number of directories that are looked at; a parent of more is not one of containers. */
const MOST_DIRECTORIES = 10_000;

/** Number of directories that are searched at a time. */
const AT_ONCE = 64;

/** Returns the file at a path, with symbolic links followed; `undefined` where there is none. */
export async function behind(path: string, host: Io): Promise<PathInfo | undefined> {
  const info = await host.lstat(path);
  if (info?.kind !== "symlink") return info;
  const real = await host.realPath(path);
  return real === undefined ? undefined : await host.lstat(real);
}

/**
 * Returns the configurations of a directory, in the order of their paths: its own `lxops.yaml`, or where it has none,
 * those of all directories below it. A container's directory has its data and is not searched. Below the named
 * directory, no symbolic link is followed, no hidden directory entered, and no directory of other users than root and
 * the owner of the named one, since an instance may write there.
 *
 * @throws {UsageError} where there are too many directories to search
 */
export async function configurationsIn(directory: string, host: Io): Promise<readonly string[]> {
  const own = join(directory, DIRECTORY_FILE);
  if ((await behind(own, host))?.kind === "file") return [besides(directory, own)];
  const top = await behind(directory, host);
  const owners = [0, top?.uid];
  const found: string[] = [];
  let level = [directory];
  let seen = 0;
  while (level.length > 0) {
    const next: string[] = [];
    // A level may be long, and the search ends soon after its limit.
    for (let start = 0; start < level.length; start += AT_ONCE) {
      const some = level.slice(start, start + AT_ONCE);
      const below = await Promise.all(some.map((one) => directoriesIn(one, owners, host)));
      for (const { path, isContainer } of below.flat()) {
        if (isContainer) found.push(besides(directory, join(path, DIRECTORY_FILE)));
        else next.push(path);
      }
      if (seen + next.length > MOST_DIRECTORIES) {
        throw new UsageError(
          `"${directory}" has more than ${MOST_DIRECTORIES} directories below it, too many to search for ${DIRECTORY_FILE}`,
          ["Name the directories of the containers, or a parent of fewer"],
        );
      }
    }
    seen += next.length;
    level = next;
  }
  return found.sort(compareTexts);
}

/** Tells whether a configuration is a directory's own, and was not searched for below it. */
export function isOwnFile(file: string, directory: string): boolean {
  return file === besides(directory, join(directory, DIRECTORY_FILE));
}

/** Keeps the `./` of a path: `join()` drops it. */
function besides(directory: string, path: string): string {
  return directory.startsWith("./") && !path.startsWith("/") ? `./${path}` : path;
}

/** A directory below another. */
interface Below {
  readonly path: string;
  /** It has a configuration. */
  readonly isContainer: boolean;
}

async function directoriesIn(
  directory: string,
  owners: readonly (number | undefined)[],
  host: Io,
): Promise<readonly Below[]> {
  const names = await readable(directory, host);
  const isTrusted = (info: PathInfo | undefined) => info !== undefined && owners.includes(info.uid);
  const found = await Promise.all(
    names.filter((name) => !name.startsWith(".")).map(async (name): Promise<Below[]> => {
      const path = join(directory, name);
      // The binary has no right to look at places such as /proc.
      const info = await host.lstat(path).catch(() => undefined);
      if (info?.kind !== "directory" || !isTrusted(info)) return [];
      const file = await host.lstat(join(path, DIRECTORY_FILE)).catch(() => undefined);
      return [{ path, isContainer: file?.kind === "file" && isTrusted(file) }];
    }),
  );
  return found.flat();
}

/** Returns the names in a directory; none where this user may not read it. */
async function readable(directory: string, host: Io): Promise<readonly string[]> {
  try {
    return await host.readDir(directory);
  } catch {
    return [];
  }
}

/**
 * Returns sources in which the configurations of directories, which `search` finds, stand for these.
 *
 * @throws {UsageError} where a directory has none
 */
export async function withoutDirectories<T extends object>(
  sources: readonly (string | T)[],
  host: Reading,
  search: (directory: string) => Promise<readonly string[]> = (directory) =>
    configurationsIn(directory, host),
): Promise<readonly (string | T)[]> {
  const found = await Promise.all(sources.map(async (source) => {
    if (typeof source !== "string") return [source];
    const path = source.replace(/(?<=.)\/+$/, "");
    if ((await behind(path, host).catch(() => undefined))?.kind !== "directory") return [source];
    const files = await search(path);
    if (files.length > 0) return files;
    throw new UsageError(
      `"${source}" is a directory, and there is no ${DIRECTORY_FILE} in it or below it`,
      await filesToName(path, host),
    );
  }));
  return found.flat();
}

/** The most files of a directory that are read to find those to name. */
const MOST_FILES = 50;

/** Returns advice for a directory without a configuration: the files in it that may be meant. */
export async function filesToName(directory: string, host: Reading): Promise<readonly string[]> {
  const names = (await readable(directory, host)).filter((name) => /\.ya?ml$/.test(name)).sort(compareTexts);
  if (names.length === 0) {
    return [`A configuration called ${DIRECTORY_FILE} in a directory makes it a container`];
  }
  const [first] = names.length === 1 ? names : await instanceFiles(directory, names, host);
  return [`Name a file in it: ${besides(directory, join(directory, first ?? names[0]!))}`];
}

/** Returns those files that say what an instance is made from, without those that others include. */
async function instanceFiles(
  directory: string,
  names: readonly string[],
  host: Reading,
): Promise<readonly string[]> {
  const files = await Promise.all(
    names.slice(0, MOST_FILES).map(async (name) => ({
      name,
      text: await host.readText(join(directory, name)).catch(() => undefined) ?? "",
    })),
  );
  const likely = files.filter(({ name, text }) =>
    /^#lx(?:op|dop)s/.test(text) &&
    !files.some((other) => other.name !== name && includes(other.text, name))
  );
  const full = likely.filter(({ text }) => /^(?:image|ostype|origin)["']?\s*:/m.test(text));
  return [...full, ...likely].map(({ name }) => name);
}

/** Tells whether a text has the name of a file as a word behind its key `include`. */
function includes(text: string, name: string): boolean {
  const from = text.search(/^["']?include["']?\s*:/m);
  return from >= 0 && text.slice(from).split(/[\s"',[\]:/]+/).includes(name);
}

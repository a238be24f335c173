/**
 * The contents of a container's directory.
 *
 * @module
 */
import { join } from "@std/path";
import { compareTexts } from "../../base/order.ts";
import { type Issue, reasonOf } from "../../base/errors.ts";
import type { Host, PathInfo } from "../../ports/mod.ts";

/** The parts of the host that the look needs. */
export type DirectoryIo = Pick<Host, "readText" | "realPath" | "lstat" | "readDir">;

/** Contents of the directory of a container. */
export interface DirectoryContents {
  /** Its absolute path, without symbolic links. */
  readonly path: string;
  /** The path as messages show it. */
  readonly shown: string;
  /** The real paths of `conf` and `bin`; absent where there is none. */
  readonly conf?: string;
  readonly bin?: string;
  /** The real path of `data`; absent where there is none. */
  readonly data?: string;
  /** The names of the files `*.cfg` in `cloud-config`, in their order. */
  readonly cloudConfig: readonly string[];
  /** The text of `bootstrap.sh`. */
  readonly bootstrap?: string;
}

/** The most entries of `conf` and `bin` whose modes are looked at. */
const MOST_ENTRIES = 1000;

const LARGEST_BOOTSTRAP = 2 ** 20;

/** Reads a directory; `issues` gets its problems. */
export async function readContents(
  path: string,
  shown: string,
  io: DirectoryIo,
  issues: Issue[],
): Promise<DirectoryContents> {
  const say = (name: string, key: string, message: string, severity: Issue["severity"] = "error") =>
    void issues.push({ file: join(shown, name), key, message, severity });
  const directory = async (name: string, key: string): Promise<string | undefined> => {
    const found = await behind(join(path, name), io).catch((error) => ({ reason: reasonOf(error) }));
    if (found === "nothing") return undefined;
    if (typeof found === "object" && "reason" in found) {
      say(name, key, `Cannot look at it: ${found.reason}`);
      return undefined;
    }
    if (found === "broken") {
      say(name, key, `This link leads to nowhere: make its target, or take the link away`);
      return undefined;
    }
    if (found.info.kind !== "directory") {
      say(
        name,
        key,
        `A directory is expected here, which the container gets; "directory: false" in lxops.yaml leaves it alone`,
      );
      return undefined;
    }
    return found.path;
  };
  const [conf, bin, data, own, bootstrap] = await Promise.all([
    directory("conf", "devices.conf"),
    directory("bin", "devices.bin"),
    directory("data", "devices.data"),
    directory("cloud-config", "cloud-config-files"),
    readBootstrap(path, io, (message) => say("bootstrap.sh", "cloud-config-files", message)),
  ]);
  for (const [name, at] of [["conf", conf], ["bin", bin]] as const) {
    if (at === undefined) continue;
    for (const file of await unreadable(at, io)) {
      const message = "The container cannot read it: others have no right to (chmod o+rX)";
      say(join(name, file), `devices.${name}`, message, "warning");
    }
  }
  const listed = own === undefined ? [] : await io.readDir(own).catch((error) => {
    say("cloud-config", "cloud-config-files", `Cannot read it: ${reasonOf(error)}`);
    return [];
  });
  const names = listed.filter((name) => name.endsWith(".cfg"));
  return {
    path,
    shown,
    ...(conf === undefined ? {} : { conf }),
    ...(bin === undefined ? {} : { bin }),
    ...(data === undefined ? {} : { data }),
    cloudConfig: names.sort(compareTexts),
    ...(bootstrap === undefined ? {} : { bootstrap }),
  };
}

/** Finds the file at a path, with symbolic links followed. */
async function behind(
  path: string,
  io: DirectoryIo,
): Promise<"nothing" | "broken" | { readonly path: string; readonly info: PathInfo }> {
  const info = await io.lstat(path);
  if (info === undefined) return "nothing";
  const real = await io.realPath(path);
  const found = real === undefined ? undefined : info.kind === "symlink" ? await io.lstat(real) : info;
  return real === undefined || found === undefined ? "broken" : { path: real, info: found };
}

async function readBootstrap(
  path: string,
  io: DirectoryIo,
  say: (message: string) => void,
): Promise<string | undefined> {
  const found = await behind(join(path, "bootstrap.sh"), io).catch((error) => ({ reason: reasonOf(error) }));
  if (found === "nothing") return undefined;
  if (typeof found === "object" && "reason" in found) {
    say(`Cannot look at it: ${found.reason}`);
    return undefined;
  }
  if (found === "broken" || found.info.kind !== "file") {
    say(
      found === "broken"
        ? "This link leads to nowhere"
        : "A file is expected here, the script that sets the container up",
    );
    return undefined;
  }
  if (found.info.size > LARGEST_BOOTSTRAP) {
    say("The script is larger than 1 MiB; what it needs can be in conf/ or bin/");
    return undefined;
  }
  try {
    return await io.readText(found.path);
  } catch (error) {
    say(`Cannot read it: ${reasonOf(error)}`);
    return undefined;
  }
}

const OTHERS_READ = 0o004;
const OTHERS_ENTER = 0o001;

/** The first id that daemons map ids of containers to. */
const MAPPED = 65536;

/** Finds files that only their owner can read, where the owner is no id of a container. */
async function unreadable(directory: string, io: DirectoryIo): Promise<readonly string[]> {
  const result: string[] = [];
  const open = [""];
  for (let at = 0; at < open.length && open.length < MOST_ENTRIES; at++) {
    const below = open[at]!;
    const info = await io.lstat(join(directory, below)).catch(() => undefined);
    if (info === undefined || info.uid >= MAPPED) continue;
    const wanted = info.kind === "directory" ? OTHERS_READ | OTHERS_ENTER : OTHERS_READ;
    if (info.kind === "directory" || info.kind === "file") {
      if ((info.mode & wanted) !== wanted) {
        result.push(below);
        continue;
      }
    }
    if (info.kind !== "directory") continue;
    const names = await io.readDir(join(directory, below)).catch(() => []);
    open.push(...[...names].sort(compareTexts).map((name) => below === "" ? name : join(below, name)));
  }
  return result;
}

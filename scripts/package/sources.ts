/**
 * The files of this tree that packages are made from.
 *
 * @module
 */
import { join } from "@std/path";
import { BuildError } from "../build/compile.ts";
import { run } from "../build/run.ts";
import { COPIED } from "./tree.ts";

/** Texts of this tree, each by the name that it has in a package. */
export interface Sources {
  /** Files that are copied, by their path in the tree. */
  readonly texts: ReadonlyMap<string, string>;
  /** The scripts of the Debian package. */
  readonly scripts: ReadonlyMap<string, string>;
  /** Units of systemd. */
  readonly units: ReadonlyMap<string, string>;
  /** The script that installs the archive. */
  readonly installer: string;
  readonly examples: readonly Example[];
}

/** A file of the examples, by its path below them. */
export interface Example {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

const SCRIPTS = ["postinst", "prerm"] as const;
const UNITS = ["lxops-pool-tend.service"] as const;

/** Reads the files. */
export async function readSources(root: string): Promise<Sources> {
  const read = (path: string) => Deno.readTextFile(join(root, path));
  const all = async (names: readonly string[], folder = "") =>
    new Map(await Promise.all(names.map(async (name) => [name, await read(folder + name)] as const)));
  const [texts, scripts, units, installer, examples] = await Promise.all([
    all(COPIED),
    all(SCRIPTS, "scripts/package/debian/"),
    all(UNITS, "scripts/package/systemd/"),
    read("scripts/package/install.sh"),
    readExamples(join(root, "examples")),
  ]);
  return { texts, scripts, units, installer, examples };
}

/** Reads the examples that git tracks; other files, such as an `.env` with passwords, stay where they are. */
async function readExamples(directory: string): Promise<readonly Example[]> {
  const { code, stdout, stderr } = await run("git", ["ls-files", "-z"], { cwd: directory });
  if (code !== 0) {
    throw new BuildError(`Cannot tell which files of "${directory}" are examples: ${stderr.trim()}`);
  }
  const paths = stdout.split("\0").filter((path) => path !== "").sort();
  return await Promise.all(paths.map(async (path) => {
    const [content, { mode }] = await Promise.all([
      Deno.readFile(join(directory, path)),
      Deno.stat(join(directory, path)),
    ]);
    return { path, content, mode: (mode ?? 0) & 0o100 ? 0o755 : 0o644 };
  }));
}

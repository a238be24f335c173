/**
 * The files of this tree that packages are made from.
 *
 * @module
 */
import { join } from "@std/path";
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
}

const SCRIPTS = ["postinst", "prerm"] as const;
const UNITS = ["lxops-pool-tend.service"] as const;

/** Reads the files. */
export async function readSources(root: string): Promise<Sources> {
  const read = (path: string) => Deno.readTextFile(join(root, path));
  const all = async (names: readonly string[], folder = "") =>
    new Map(await Promise.all(names.map(async (name) => [name, await read(folder + name)] as const)));
  const [texts, scripts, units, installer] = await Promise.all([
    all(COPIED),
    all(SCRIPTS, "scripts/package/debian/"),
    all(UNITS, "scripts/package/systemd/"),
    read("scripts/package/install.sh"),
  ]);
  return { texts, scripts, units, installer };
}

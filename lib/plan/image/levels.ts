/**
 * The two levels of a build: packages with all that they need, and the rest. An image of the first level is used again
 * where only the rest has changed.
 *
 * @module
 */
import { BOOTSTRAP } from "../../cloudconfig/directory/bootstrap.ts";
import type { Item } from "../../cloudconfig/model/item.ts";

/** Items of a build, in the order in which they are applied. */
export interface Levels {
  /** Items up to the last one that installs packages; empty where none does. */
  readonly packages: readonly Item[];
  readonly rest: readonly Item[];
}

/** Sections with items that install packages, or say from where. */
const PACKAGES: ReadonlySet<string> = new Set(["packages", "apt", "apk_repos", "yum_repos", "zypper"]);

/** Sections with items that programs which install packages may need. */
const NEEDED: ReadonlySet<string> = new Set(["ca_certs", "resolv_conf"]);

/** Sections with programs of the user, which may need everything before them, and change anything. */
const PROGRAMS: ReadonlySet<string> = new Set(["bootcmd", "runcmd", "snap", BOOTSTRAP]);

/** Places of files that programs which install packages read. */
const READ = new RegExp(
  "^/(?:etc/(?:apt|apk|dnf|dpkg|yum|yum\\.repos\\.d|zypp|pacman\\.d|xbps\\.d|pki|ssl|ca-certificates|crypto-policies)/|" +
    "etc/(?:pacman\\.conf|yum\\.conf|hosts|resolv\\.conf|nsswitch\\.conf|environment)$|usr/sbin/policy-rc\\.d$|" +
    "usr/share/(?:keyrings|ca-certificates|distribution-gpg-keys)/|usr/local/share/ca-certificates/)",
);

/**
 * Divides items. Those that have nothing to do with packages, such as files and users, come after them. A program of the
 * user ends the first level where it comes after one of these, as it may need it.
 */
export function levelsOf(items: readonly Item[]): Levels {
  const packages: Item[] = [];
  const later: Item[] = [];
  let count = 0;
  for (const item of items) {
    const isProgram = PROGRAMS.has(item.section);
    if (isProgram && (later.length > 0 || item.section !== "bootcmd")) break;
    if (isProgram || isForPackages(item)) packages.push(item);
    else later.push(item);
    count++;
  }
  const last = packages.findLastIndex(({ section }) => section === "packages");
  if (last < 0) return { packages: [], rest: items };
  const first = new Set(packages);
  return {
    packages,
    rest: [...items.slice(0, count).filter((item) => !first.has(item)), ...items.slice(count)],
  };
}

function isForPackages({ section, file }: Item): boolean {
  return PACKAGES.has(section) || NEEDED.has(section) || file !== undefined && READ.test(file);
}

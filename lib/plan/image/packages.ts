/**
 * The packages of an image, from the files in which package managers list them. An image's files are not trusted.
 *
 * @module
 */

/** Paths of the lists of installed packages in an image, with the form of each list. */
const LISTS: Readonly<Record<string, (text: string) => Iterable<Package>>> = {
  "var/lib/dpkg/status": dpkg,
  "lib/apk/db/installed": apk,
  "usr/lib/apk/db/installed": apk,
};

/** Databases of packages that lxops does not read. */
const UNREAD = /^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm)\/(?:rpmdb\.sqlite|Packages(?:\.db)?)$/;

/** The entry of a package of pacman: a directory with the name, the version and the release. */
const PACMAN = /^var\/lib\/pacman\/local\/([^/]+)-([^/-]+-[^/-]+)\/desc$/;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** Packages of an image, by name, and whether there are some that cannot be read. */
export interface Packages {
  readonly versions: ReadonlyMap<string, string>;
  readonly unread: boolean;
}

/** Tells whether a file lists packages, so that its text is needed. */
export function listsPackages(path: string): boolean {
  return Object.hasOwn(LISTS, path);
}

/** Returns the packages of an image from the paths of its files, and the texts of those that list packages. */
export function packagesOf(paths: Iterable<string>, texts: ReadonlyMap<string, string>): Packages {
  const versions = new Map<string, string>();
  let unread = false;
  for (const [path, text] of texts) {
    for (const { name, version, architecture } of LISTS[path]?.(text) ?? []) {
      // A second one of the name is for another architecture.
      versions.set(versions.has(name) && architecture !== "" ? `${name}:${architecture}` : name, version);
    }
  }
  for (const path of paths) {
    const [, name, version] = PACMAN.exec(path) ?? [];
    if (name !== undefined && version !== undefined) versions.set(name, version);
    if (UNREAD.test(path)) unread = true;
  }
  return { versions, unread };
}

function* dpkg(text: string): Iterable<Package> {
  for (const part of text.split(/\n\n+/)) {
    const field = (key: string) => new RegExp(`^${key}: ?(.*)$`, "m").exec(part)?.[1] ?? "";
    if (!/ installed$/.test(field("Status"))) continue;
    yield { name: field("Package"), version: field("Version"), architecture: field("Architecture") };
  }
}

function* apk(text: string): Iterable<Package> {
  for (const part of text.split(/\n\n+/)) {
    const field = (key: string) => new RegExp(`^${key}:(.*)$`, "m").exec(part)?.[1] ?? "";
    if (field("P") !== "") yield { name: field("P"), version: field("V"), architecture: "" };
  }
}

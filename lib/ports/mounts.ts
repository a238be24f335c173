/**
 * Mount tables, read from `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). Device numbers do not show mounts: a bind mount
 * of a directory has the number of the directory around it, so that `rm --one-file-system` and the like go into it.
 *
 * @module
 */
import { quote } from "../base/shell.ts";
import { isWithin } from "../base/within.ts";

/** A mount that is visible at its mountpoint. */
export interface Mount {
  readonly mountpoint: string;
  /** Type of the filesystem, as `ext4` or `fuse.zfs`. */
  readonly type: string;
  /** The source of the mount: a device, a dataset, or the filesystem's own name. */
  readonly source: string;
  /** The directory of the filesystem that is to be seen at the mountpoint. */
  readonly root: string;
  /** Number of the filesystem, the same in every namespace. */
  readonly device: string;
  /** Nothing can be written there. */
  readonly readonly?: true;
}

/** The mounts that this program sees, and those of the namespace of a daemon. */
export interface Mounts {
  readonly here: readonly Mount[];
  /** Absent where it cannot be known. */
  readonly daemon?: readonly Mount[];
  /** Number of the daemon's process. */
  readonly pid?: number;
  /** The reason why the daemon's mounts are unknown. */
  readonly problem?: string;
}

/** The use that a program makes of a directory with everything in it. */
export interface TreeUse {
  /** `change`: what is in it is replaced, or gets another owner; `move`: it gets another name; `make`: it is new. */
  readonly use: "remove" | "move" | "change" | "read" | "make";
  /** Its path, or the name of the dataset that is mounted there. */
  readonly path: string;
  readonly kind: "directory" | "dataset";
  /** The directory leaves its name for good, as one that is removed does: no container may have it mounted. */
  readonly leaves?: true;
  /** It is on the other one of two machines. */
  readonly there?: true;
  /** Mounts at these paths are ignored. */
  readonly without?: readonly string[];
  /** True if it was checked for mounts before the first change. */
  readonly looked?: true;
  /** A run of lxops has made it, and there is nothing in it but directories. */
  readonly fresh?: true;
}

interface Entry extends Mount {
  readonly id: string;
  readonly parent: string;
}

/** The directory below which a snap sees the machine's filesystem. */
const HOSTFS = "/var/lib/snapd/hostfs";
const SNAP_OWN = /^\/(dev|snap|var\/snap|var\/lib\/snapd)(\/|$)/;

/** Reads the text of a `mountinfo`: the mounts that can be reached, without the snapshots that zfs mounts by itself. */
export function parseMounts(text: string): readonly Mount[] {
  const entries = text.split("\n").flatMap(parseLine);
  const siblings = Map.groupBy(entries, ({ parent }) => parent);
  const byId = new Map(entries.map((one) => [one.id, one]));
  const seen = new Map<Entry, boolean>();
  const isVisible = (entry: Entry): boolean => {
    const known = seen.get(entry);
    if (known !== undefined) return known;
    // Namespaces may have rings; what is asked for again on the way up hides nothing.
    seen.set(entry, true);
    const parent = byId.get(entry.parent);
    const isHidden = (siblings.get(entry.parent) ?? []).some((other) =>
      other !== entry && other.mountpoint !== entry.mountpoint && isWithin(entry.mountpoint, other.mountpoint)
    );
    const visible = !isHidden && (!parent || parent === entry || isVisible(parent));
    seen.set(entry, visible);
    return visible;
  };
  const isCovered = ({ id, mountpoint }: Entry) =>
    (siblings.get(id) ?? []).some((other) => other.id !== id && other.mountpoint === mountpoint);
  const found = entries.filter((entry) => isVisible(entry) && !isCovered(entry) && !isSnapshot(entry))
    .map(({ id: _, parent: __, ...mount }): Mount => mount);
  return found.some(({ mountpoint }) => mountpoint === HOSTFS) ? ofSnap(found) : found;
}

function parseLine(line: string): Entry[] {
  const [before = "", after] = line.split(" - ");
  const [id, parent, device, root, mountpoint, options = ""] = before.split(" ");
  const [type, source, ofFilesystem = ""] = (after ?? "").split(" ");
  if (!id || !parent || !device || !root || !mountpoint || !type) return [];
  const mount = { root: unescape(root), mountpoint: unescape(mountpoint), source: unescape(source ?? "") };
  const isReadOnly = [options, ofFilesystem].some((text) => text.split(",").includes("ro"));
  return [{ id, parent, device, type, ...mount, ...(isReadOnly ? { readonly: true } : {}) }];
}

/** Blanks, line ends, backslashes and number signs are written as three octal digits. */
function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\([0-3][0-7]{2})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
}

/** Tells whether a mount is a snapshot that zfs mounted on access to `.zfs/snapshot`, and unmounts by itself. */
function isSnapshot({ type, source, mountpoint }: Mount): boolean {
  return isZfs({ type }) && source.includes("@") && mountpoint.includes("/.zfs/snapshot/");
}

function ofSnap(mounts: readonly Mount[]): readonly Mount[] {
  return mounts.flatMap((mount): Mount[] => {
    const { mountpoint } = mount;
    if (mountpoint === HOSTFS) return [{ ...mount, mountpoint: "/" }];
    if (mountpoint.startsWith(`${HOSTFS}/`)) {
      return [{ ...mount, mountpoint: mountpoint.slice(HOSTFS.length) }];
    }
    return SNAP_OWN.test(mountpoint) ? [mount] : [];
  });
}

/** Tells whether a mount is of a ZFS dataset, which is its source. */
export function isZfs({ type }: Pick<Mount, "type">): boolean {
  return type === "zfs" || type === "fuse.zfs";
}

/** Returns the mounts below a directory. */
export function mountsBelow(mounts: readonly Mount[], directory: string): readonly Mount[] {
  return mounts.filter(({ mountpoint }) => mountpoint !== directory && isWithin(mountpoint, directory));
}

/** Returns the mounts at a directory itself. */
export function mountAt(mounts: readonly Mount[], directory: string): Mount | undefined {
  return mounts.findLast(({ mountpoint }) => mountpoint === directory);
}

/** Returns the mount that a path is in. */
export function around(mounts: readonly Mount[], path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    if (isWithin(path, mount.mountpoint) && mount.mountpoint.length >= (found?.mountpoint.length ?? 0)) {
      found = mount;
    }
  }
  return found;
}

/** Returns the filesystem of a path, and the path in it. */
export function placeIn(mounts: readonly Mount[], path: string): string | undefined {
  const found = around(mounts, path);
  if (!found) return undefined;
  const rest = path.slice(found.mountpoint === "/" ? 0 : found.mountpoint.length);
  return `${found.device} ${`${found.root === "/" ? "" : found.root}${rest}`.replace(/\/$/, "")}`;
}

/** The mark of a key that is a place in a filesystem; other keys begin with a number. */
const PLACE = "@";

/** Returns the key of a directory for its place in its filesystem, as `placeIn()` returns it. */
export function placeKey(place: string): string {
  return `${PLACE}${place}`;
}

/** A process that sees a directory. */
export interface SeeingProcess {
  readonly pid: string;
  /** The name of its container for the kernel, which the project is a part of; absent: it does not tell. */
  readonly container?: string;
}

/** Tells by keys (`Host.directoryKeys()`) whether a directory is another one, or in it. */
export function areKeysWithin(keys: readonly string[], other: readonly string[]): boolean {
  const [inode] = other;
  const place = other.find((key) => key.startsWith(PLACE));
  return [inode, place].some((key) => key !== undefined && keys.some((one) => isWithin(one, key)));
}

/** Returns the uses that must not go into a mount; their mounts are checked again when they begin. */
export function bareUses(uses: readonly TreeUse[] = []): readonly TreeUse[] {
  return uses.filter(({ use, kind, fresh }) =>
    !fresh && kind === "directory" && (use === "remove" || use === "change")
  );
}

/** Returns the uses whose directories no container that runs may have mounted. */
export function heldUses(uses: readonly TreeUse[] = []): readonly TreeUse[] {
  return uses.filter(({ use, kind, fresh, leaves }) =>
    !fresh && kind === "directory" && (use === "remove" || leaves === true)
  );
}

/** Returns a mount inside one of the directories in use. */
export function firstInTheWay(uses: readonly TreeUse[], mounts: readonly Mount[]): Mount | undefined {
  return mounts.find(({ mountpoint }) =>
    uses.some(({ use, path }) => isWithin(mountpoint, path) && (use === "remove" || mountpoint !== path))
  );
}

/** Returns a script for any POSIX shell that fails where there is a mount inside one of the directories in use. */
export function bareScript(uses: readonly TreeUse[]): string {
  const patterns = uses.map(({ use, path }) =>
    `${quote(`${escape(path)}/`)}${use === "remove" ? "*" : "?*"}`
  );
  return `while read -r _ _ _ _ at _; do case $at/ in ${patterns.join(" | ")}) ` +
    `echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo`;
}

function escape(path: string): string {
  return path.replaceAll(
    /[ \t\n\\#]/g,
    (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

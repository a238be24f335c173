/**
 * The kernel's table of mounts, and which of its lines show a directory of the bed.
 *
 * @module
 */
import { join } from "@std/path";
import { run, textOf } from "./run.ts";

/** A mount as a process sees it. */
export interface Mount {
  /** `major:minor` of the filesystem. */
  readonly device: string;
  /** The directory inside the filesystem that is mounted. */
  readonly root: string;
  readonly path: string;
  /** The source of the mount: a device or a dataset. */
  readonly source: string;
}

/** Returns the mounts of a process; none where it has ended. */
export async function mountsOf(pid: number | "self"): Promise<readonly Mount[]> {
  return (await textOf(`/proc/${pid}/mountinfo`)).split("\n").filter(Boolean).map((line) => {
    const [left = "", right = ""] = line.split(" - ");
    const [, , device = "", root = "", path = ""] = left.split(" ").map(decode);
    return { device, root, path, source: decode(right.split(" ")[1] ?? "") };
  });
}

/** Decodes a field in which the kernel writes space, tab, newline and backslash as octal numbers. */
function decode(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** Tells whether a path is the directory or lies below it. */
export function within(path: string, dir: string): boolean {
  return path === dir || path.startsWith(`${dir}/`);
}

/**
 * Makes a check for mounts that show a file or directory, or a part of it, or a filesystem that lies in a file of
 * it. It goes by what is mounted and not by where, since other namespaces have other things at the same path.
 */
export async function showing(path: string): Promise<(mount: Mount) => boolean> {
  const holder = (await mountsOf("self")).filter((mount) => mount.path === "/" || within(path, mount.path))
    .at(-1);
  const root = holder ? join(holder.root, path.slice(holder.path === "/" ? 0 : holder.path.length)) : path;
  const loops = new Set((await loopDevices(path)).map((name) => `/dev/${name}`));
  return (mount) => (mount.device === holder?.device && within(mount.root, root)) || loops.has(mount.source);
}

/** Names of the loop devices whose files lie in a directory. */
export async function loopDevices(dir: string): Promise<string[]> {
  const { stdout } = await run(["losetup", "--list", "--noheadings", "--raw", "--output", "NAME,BACK-FILE"]);
  return stdout.split("\n").map((line) => line.split(" ")).filter(([, file]) => file && within(file, dir))
    .map(([name]) => name!.replace("/dev/", ""));
}

/** Unmounts everything at and below a directory, the innermost first. */
export async function unmountBelow(dir: string): Promise<void> {
  const paths = (await mountsOf("self")).map((mount) => mount.path).filter((path) => within(path, dir));
  for (const path of paths.toReversed()) await run(["umount", "-l", "--", path]);
}

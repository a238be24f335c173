/**
 * The mount namespace that a bed's daemons share. It has subordinate ids of its own, since the packages of LXD
 * and Incus together leave two ranges for root, with which no container starts, and it keeps the daemons' mounts
 * off the machine. It is kept under a name, so that a daemon that was killed comes back to its own mounts.
 *
 * @module
 */
import { join } from "@std/path";
import { mountsOf } from "./mounts.ts";
import type { Place } from "./place.ts";
import { must, run } from "./run.ts";

const SUBORDINATE_IDS = "root:1000000:1000000000\n";

/** Runs in the new namespace, with the bed's directory and the one of the namespace as arguments. */
const SETUP = `
mount --bind "$2/subuid" /etc/subuid && mount --bind "$2/subgid" /etc/subgid || exit
# Where lxcfs, which the bed does without, has its hooks; one of them sleeps for half a second after every stop.
hooks=/usr/share/lxc/config/common.conf.d
[ ! -d $hooks ] || mount --bind "$2/empty" $hooks || exit
# A temporary directory may be mounted so that no program below it gains rights; those in containers have to.
mount --rbind "$1" "$1" && mount -o remount,bind,suid,dev,exec "$1" || :
`;

/** Creates the bed's mount namespace, and the directories whose later mounts it sees, if they do not exist. */
export async function makeNamespace(place: Place): Promise<void> {
  const mounted = new Set((await mountsOf("self")).map((mount) => mount.path));
  await share(place, mounted);
  if (mounted.has(place.ns)) return;
  await Deno.mkdir(place.nsDir, { recursive: true });
  // The kernel keeps a mount namespace only on a mount that is not shared with others, as "/" may be.
  if (!mounted.has(place.nsDir)) await must(["mount", "--bind", place.nsDir, place.nsDir]);
  await must(["mount", "--make-private", place.nsDir]);
  for (const name of ["mnt", "subuid", "subgid"]) {
    await Deno.writeTextFile(join(place.nsDir, name), name === "mnt" ? "" : SUBORDINATE_IDS);
  }
  await Deno.mkdir(join(place.nsDir, "empty"), { recursive: true });
  try {
    await unshare(place, ["/bin/sh", "-c", SETUP, "sh", place.dir, place.nsDir]);
  } catch (error) {
    await run(["umount", place.ns]);
    throw error;
  }
}

/**
 * Creates the namespace and keeps it. The kernel keeps a namespace only from inside an older one, and compares their
 * ages by numbers that each processor takes from its own supply, so a try that fails on one processor may succeed on
 * another.
 */
async function unshare(place: Place, argv: readonly string[]): Promise<void> {
  const command = ["unshare", `--mount=${place.ns}`, "--propagation", "slave", "--", ...argv] as const;
  for (let processor = 0; processor < navigator.hardwareConcurrency; processor++) {
    if ((await run(["taskset", "--cpu-list", String(processor), ...command])).code === 0) return;
  }
  await must([...command]);
}

async function share(place: Place, mounted: ReadonlySet<string>): Promise<void> {
  for (const dir of [place.shared, place.plainDir, place.zfsDir]) {
    await Deno.mkdir(dir, { recursive: true, mode: 0o755 });
  }
  if (!mounted.has(place.shared)) await must(["mount", "--bind", place.shared, place.shared]);
  await must(["mount", "--make-shared", place.shared]);
}

/** Prefixes a command so that it runs in the bed's namespace. */
export function inNamespace(
  place: Place,
  argv: readonly string[],
  directory = "/",
): [string, ...string[]] {
  // A directory of the namespace outside would be one without a path: who asks for it searches whole directories.
  return ["nsenter", `--mount=${place.ns}`, `--wdns=${directory}`, "--", ...argv];
}

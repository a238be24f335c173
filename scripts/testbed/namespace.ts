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
import { must } from "./run.ts";

const SUBORDINATE_IDS = "root:1000000:1000000000\n";

/** What the daemons see at other places than the machine does. */
const BINDS = [
  ["subuid", "/etc/subuid"],
  ["subgid", "/etc/subgid"],
  // The hooks of lxcfs, which the bed does without, lie here; one sleeps for half a second after every stop.
  ["empty", "/usr/share/lxc/config/common.conf.d"],
] as const;

/** Makes the bed's mount namespace and the directories whose later mounts it sees, where they are not there yet. */
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
  const script = BINDS.map(([source, target]) => `mount --bind "$1/${source}" ${target}`).join(" && ");
  const unshare = ["unshare", `--mount=${place.ns}`, "--propagation", "slave"] as const;
  await must([...unshare, "--", "/bin/sh", "-c", script, "sh", place.nsDir]);
}

async function share(place: Place, mounted: ReadonlySet<string>): Promise<void> {
  for (const dir of [place.shared, place.plainDir, place.zfsDir]) {
    await Deno.mkdir(dir, { recursive: true, mode: 0o755 });
  }
  if (!mounted.has(place.shared)) await must(["mount", "--bind", place.shared, place.shared]);
  await must(["mount", "--make-shared", place.shared]);
}

/** Prefixes a command so that it runs in the bed's namespace. */
export function inNamespace(place: Place, argv: readonly string[]): [string, ...string[]] {
  return ["nsenter", `--mount=${place.ns}`, "--wd=/", "--", ...argv];
}

/**
 * The namespaces of a bed's Incus 7: mounts and network of its own, and a control group in which everything is found
 * again. When the processes in it have ended, so has its network, and nothing stays mounted. Processes keep the
 * numbers of this machine, since lxops looks at the mounts that a daemon sees.
 *
 * @module
 */
import { join } from "@std/path";
import { LxopsError } from "../../../lib/base/errors.ts";
import type { Place } from "../place.ts";
import { namesIn, textOf, until } from "../run.ts";
import { incus7Root } from "./root.ts";

/** Returns the directory of the daemon, which has the same path inside and outside, like the directories of devices. */
export function dirOf(place: Place): string {
  return join(place.dir, "incus7");
}

/**
 * Runs in the new namespaces. Its arguments are the daemon's directory, the file of the root file system, the bed's
 * directory for filesystems, and the control group. The root file system is read, and what is written into it is kept
 * in memory, so beds share the file. chroot would not do: in one, the kernel makes no user namespaces.
 */
const SETUP = `
dir=$1 file=$2 shared=$3 group=$4
mount -t tmpfs tmpfs "$dir/space"
cd "$dir/space"
mkdir lower upper work root
mount -o loop,ro "$file" lower
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay root
cd root
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
# A namespace of control groups would do the same, but liblxc looks for the group of the machine's first process.
mount --bind "$group" sys/fs/cgroup
for place in run tmp var/tmp; do mount -t tmpfs tmpfs $place; done
chmod 1777 tmp var/tmp
mkdir -p run/lock run/lxc ".$dir" ".$shared"
mount --bind "$dir" ".$dir"
mount --rbind "$shared" ".$shared"
# In a directory that is mounted so that no program below it gains rights, those in containers have to.
mount -o remount,bind,suid,dev,exec ".$dir" || :
echo root:1000000:1000000000 >etc/subuid
cp etc/subuid etc/subgid
pivot_root . .
umount -l .
hostname incus7
ip link set lo up
# A group with processes may not hand controllers on to groups below it.
mkdir /sys/fs/cgroup/init
echo $$ >/sys/fs/cgroup/init/cgroup.procs
touch "$dir/made"
exec sleep infinity
`;

/** Creates the namespaces if they do not exist. */
export async function makeSpace(place: Place): Promise<void> {
  if (await holder(place) !== undefined) return;
  const file = await incus7Root();
  const group = await groupOf(place);
  if (!group) throw new LxopsError("Cannot start Incus 7: this machine has no control groups of version 2");
  const dir = dirOf(place);
  for (const name of ["d", "space"]) await Deno.mkdir(join(dir, name), { recursive: true, mode: 0o711 });
  await Deno.chmod(dir, 0o711);
  await Deno.mkdir(group, { recursive: true });
  const apart = ["--mount", "--net", "--uts", "--ipc"];
  const setup = ["/bin/bash", "-euc", SETUP, "sh", dir, file, place.shared, group];
  const output = join(dir, "output");
  const child = spawn(group, ["unshare", "--propagation", "slave", ...apart, "--", ...setup], output);
  let ended = false;
  child.status.then(() => ended = true);
  // Its last act before it is the one that holds them.
  const made = async () =>
    await Deno.stat(join(dir, "made")).then(() => true, () => false) && await holder(place) !== undefined;
  await until(async () => ended || await made(), 30_000);
  if (await made()) return;
  const said = (await textOf(output)).trim().split("\n").slice(-3).join("\n");
  throw new LxopsError(`Cannot start Incus 7: its namespaces cannot be made: ${said}`);
}

/** Starts a program in the namespaces, which must be there, with its output in a file. */
export async function startInside(
  place: Place,
  argv: readonly string[],
  output: string,
): Promise<() => boolean> {
  const [group, first] = [await groupOf(place), await holder(place)];
  if (!group || first === undefined) throw new LxopsError("Cannot start Incus 7: its namespaces are gone");
  const enter = ["nsenter", "-t", String(first), "-m", "-n", "-u", "-i", "-r", "-w", "--"];
  const child = spawn(join(group, "init"), [...enter, ...argv], output);
  let ended = false;
  child.status.then(() => ended = true);
  return () => ended;
}

/** Starts a program in a control group; it outlives this process and its terminal. */
function spawn(group: string, argv: readonly string[], output: string): Deno.ChildProcess {
  const script = 'echo $$ >"$1/cgroup.procs" && output=$2 && shift 2 && exec setsid "$@" >"$output" 2>&1';
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", group, output, ...argv],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();
  return child;
}

/** Ends everything in the namespaces, and removes their control group. */
export async function removeSpace(place: Place): Promise<void> {
  const group = await groupOf(place);
  if (!group || !await isThere(group)) return;
  const gone = async () => {
    // Older kernels lack this file; there, the processes are ended by number.
    await Deno.writeTextFile(join(group, "cgroup.kill"), "1", { create: false }).catch(async () => {
      for (const pid of await processesIn(group)) {
        try {
          Deno.kill(pid, "SIGKILL");
        } catch {
          // It has ended.
        }
      }
    });
    await removeGroup(group);
    return !await isThere(group);
  };
  await until(gone, 20_000);
}

/** Describes the control group where it is there. */
export async function groupLeft(place: Place): Promise<string | undefined> {
  const group = await groupOf(place);
  return group && await isThere(group) ? `control group ${group}` : undefined;
}

const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);

/** Returns the control group of the bed's Incus 7, in the hierarchy of version 2; `undefined` where there is none. */
async function groupOf(place: Place): Promise<string | undefined> {
  const lines = (await textOf("/proc/self/mountinfo")).split("\n");
  const line = lines.find((one) => one.includes(" - cgroup2 "));
  return line && join(line.split(" ")[4]!, `lxops-testbed-${place.id}`);
}

async function processesIn(group: string): Promise<number[]> {
  const own = (await textOf(join(group, "cgroup.procs"))).split("\n").filter(Boolean).map(Number);
  const below = await Promise.all((await groupsIn(group)).map(processesIn));
  return [...own, ...below.flat()];
}

async function groupsIn(group: string): Promise<string[]> {
  const paths = (await namesIn(group)).map((name) => join(group, name));
  const infos = await Promise.all(paths.map((path) => Deno.lstat(path).catch(() => undefined)));
  return paths.filter((_, i) => infos[i]?.isDirectory);
}

/** Removes a control group with those below it, unless one of its processes is not reaped yet. */
async function removeGroup(group: string): Promise<void> {
  for (const below of await groupsIn(group)) await removeGroup(below);
  await Deno.remove(group).catch(() => {});
}

/** Returns the process that holds the namespaces; `undefined` where there are none. */
export async function holder(place: Place): Promise<number | undefined> {
  const group = await groupOf(place);
  for (const pid of group ? await processesIn(join(group, "init")) : []) {
    if (await textOf(`/proc/${pid}/cmdline`) === "sleep\0infinity\0") return pid;
  }
  return undefined;
}

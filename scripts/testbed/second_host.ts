/**
 * A second host on this machine, for copies over ssh: a network of its own behind a pair of links, a pool of its
 * own name for name like the bed's, its own plain directory in the place of the bed's, and an sshd. All of it lives
 * in namespaces that have no name, and ends with its processes.
 *
 * @module
 */
import { join } from "@std/path";
import { LxopsError } from "../../lib/base/errors.ts";
import { freeSubnet } from "./place.ts";
import { must, run, textOf, until } from "./run.ts";

/** Settings of the second host. */
export interface SecondHostOptions {
  /** An empty directory for its files. */
  readonly dir: string;
  /** Name and place of its pool. */
  readonly pool: string;
  readonly poolDir: string;
  /** A directory of which it has one of its own. */
  readonly plainDir: string;
  /** Environment of what is run over ssh. */
  readonly env: Readonly<Record<string, string>>;
}

/** A second host. */
export interface SecondHost {
  readonly address: string;
  readonly port: number;
  /** File of the private key that it lets in. */
  readonly key: string;
  readonly knownHosts: string;
  /** The prefix of a command that runs there without ssh. */
  readonly inside: readonly string[];
  /** Ends it; nothing is left. */
  stop(): Promise<void>;
}

const PORT = 2222;

/**
 * Its socket, its lock and its list of pools must be private: a second zfs-fuse would open the first one's pools and
 * destroy them. Copies of mounts of the machine's datasets would keep those from being unmounted.
 */
const SETUP = `
for dir in /run/zfs /run/lock/zfs /var/lib/zfs; do mkdir -p $dir && mount -t tmpfs tmpfs $dir || exit; done
while read -r source path type rest; do
  case $type in *zfs*) umount -l "$path" ;; esac
done </proc/self/mounts
mkdir -p "$1/plain" "$1/pool" && mount --bind "$1/plain" "$2" && mount --bind "$1/pool" "$3" || exit
ip link set lo up
exec zfs-fuse --no-daemon --no-kstat-mount
`;

/** Starts a second host. */
export async function startSecondHost(options: SecondHostOptions): Promise<SecondHost> {
  const { dir } = options;
  await must(["mkdir", "-p", "/run/sshd"]);
  const fuse = spawn(
    ["unshare", "--net", "--mount", "--propagation", "slave", "--", "sh", "-c", SETUP, "sh"],
    [dir, options.plainDir, options.poolDir],
    join(dir, "zfs-fuse.log"),
  );
  const inside = ["nsenter", "-t", String(fuse.pid), "-m", "-n", "--"] as const;
  const started: Deno.ChildProcess[] = [fuse];
  const stop = async () => {
    for (const child of started.toReversed()) await end(child);
  };
  try {
    // Not before zfs-fuse itself runs, or the machine's own would answer.
    const isUp = async () =>
      (await textOf(`/proc/${fuse.pid}/comm`)).trim() === "zfs-fuse" &&
      (await run([...inside, "zpool", "list", "-H"])).code === 0;
    if (!await until(isUp, 60_000)) {
      throw new LxopsError(
        `The second host's zfs-fuse does not answer: ${await textOf(join(dir, "zfs-fuse.log"))}`,
      );
    }
    const foreign = await must([...inside, "zpool", "list", "-H", "-o", "name"]);
    if (foreign.trim() !== "") throw new LxopsError(`The second host sees foreign pools: ${foreign}`);
    const image = join(dir, "pool.img");
    await must(["truncate", "-s", "512M", image]);
    await must([...inside, "zpool", "create", "-m", options.poolDir, "-O", "atime=off", options.pool, image]);
    const address = await connect(fuse.pid, inside);
    const files = await writeFiles(options, address);
    started.push(
      spawn([...inside, "/usr/sbin/sshd", "-D", "-e", "-f"], [files.config], join(dir, "sshd.log")),
    );
    const answers = async () =>
      (await run([...inside, "ss", "-Hltn", `sport = :${PORT}`])).stdout.includes("LISTEN");
    if (!await until(answers, 60_000)) {
      throw new LxopsError(`The second host's sshd does not answer: ${await textOf(join(dir, "sshd.log"))}`);
    }
    const { key, knownHosts } = files;
    return { address, port: PORT, key, knownHosts, inside, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Its output goes into a file, which is read only when it is needed. */
function spawn(command: readonly string[], args: readonly string[], log: string): Deno.ChildProcess {
  const script = 'log=$1; shift; exec "$@" >"$log" 2>&1';
  return new Deno.Command("sh", {
    args: ["-c", script, "sh", log, ...command, ...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
  await child.status;
}

/** Links it to this machine; both ends are gone with its network. */
async function connect(pid: number, inside: readonly string[]): Promise<string> {
  const [mine, other] = [`lx${pid}a`, `lx${pid}b`];
  const subnet = await freeSubnet(`second host ${pid}`);
  const address = subnet.replace(/\.1\/24$/, ".2");
  await must(["ip", "link", "add", mine, "type", "veth", "peer", "name", other, "netns", String(pid)]);
  await must(["ip", "addr", "add", subnet, "dev", mine]);
  await must(["ip", "link", "set", mine, "up"]);
  const [program, ...args] = inside;
  await must([program!, ...args, "ip", "addr", "add", `${address}/24`, "dev", other]);
  await must([program!, ...args, "ip", "link", "set", other, "up"]);
  return address;
}

async function writeFiles({ dir, env }: SecondHostOptions, address: string) {
  const [key, host, config, knownHosts] = ["key", "host", "sshd_config", "known_hosts"].map((name) =>
    join(dir, name)
  ) as [string, string, string, string];
  for (const file of [key, host]) await must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file]);
  const [type, text] = (await textOf(`${host}.pub`)).split(" ");
  await Deno.writeTextFile(knownHosts, `[${address}]:${PORT} ${type} ${text}\n`);
  await Deno.copyFile(`${key}.pub`, join(dir, "authorized_keys"));
  const variables = Object.entries(env).map(([name, value]) => ` ${name}="${value}"`).join("");
  await Deno.writeTextFile(
    config,
    [
      `ListenAddress ${address}`,
      `Port ${PORT}`,
      `HostKey ${host}`,
      "PidFile none",
      `AuthorizedKeysFile ${join(dir, "authorized_keys")}`,
      // The directory is below one that everybody can write to.
      "StrictModes no",
      "PermitRootLogin prohibit-password",
      "PasswordAuthentication no",
      "UsePAM no",
      ...(variables === "" ? [] : [`SetEnv${variables}`]),
      "",
    ].join("\n"),
  );
  return { key, config, knownHosts };
}

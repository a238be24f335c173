/**
 * Starts a private Incus or LXD daemon and gives it a pool, a bridge and a default profile.
 *
 * @module
 */
import { join } from "@std/path";
import { LxopsError, ServerError } from "../../lib/base/errors.ts";
import { makeSpace, startInside } from "./incus7/space.ts";
import { inNamespace } from "./namespace.ts";
import { bridgeOf, daemonDir, type DaemonKind, freeSubnet, type Place } from "./place.ts";
import { kill, processesOf } from "./processes.ts";
import { connect, type Rest } from "./rest.ts";
import { must, run, SYSTEM_PATH, textOf, until } from "./run.ts";

/** A daemon of a bed. */
export interface Daemon {
  readonly kind: DaemonKind;
  /** Value of INCUS_DIR or LXD_DIR. */
  readonly dir: string;
  readonly socket: string;
  readonly bridge: string;
  /** The bridge's address, with the length of its prefix. */
  readonly subnet: string;
  readonly version: string;
}

/** The driver of the daemons' storage pool. */
export type Driver = "dir" | "btrfs";

/** Places of the programs on this machine; Incus 7 brings its own. */
const PROGRAMS: Readonly<Record<DaemonKind, readonly string[]>> = {
  incus: ["/usr/libexec/incus/incusd", "/opt/incus/bin/incusd", "/usr/bin/incusd", "/usr/sbin/incusd"],
  lxd: ["/usr/bin/lxd", "/usr/sbin/lxd"],
  incus7: [],
};
const INCUS7 = "/usr/libexec/incus/incusd";
const DIR_VARIABLE = { incus: "INCUS_DIR", lxd: "LXD_DIR", incus7: "INCUS_DIR" } as const;

/** Finds the daemon's program; a script in its place is the snap's installer and does not count. */
export async function programOf(kind: DaemonKind): Promise<string | undefined> {
  for (const path of PROGRAMS[kind]) {
    try {
      using file = await Deno.open(path);
      const magic = new Uint8Array(4);
      if (await file.read(magic) === 4 && magic[0] === 0x7f) return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/** Returns the socket of a daemon of a bed. */
export function socketOf(place: Place, kind: DaemonKind): string {
  return join(daemonDir(place, kind), "unix.socket");
}

/** Starts the daemon's program and returns when it answers; containers that run keep running. */
export async function startDaemon(place: Place, kind: DaemonKind): Promise<void> {
  const program = kind === "incus7" ? INCUS7 : await programOf(kind);
  if (!program) throw new LxopsError(`Cannot start ${kind}: its daemon is not installed`);
  await Deno.mkdir(daemonDir(place, kind), { recursive: true, mode: 0o711 });
  const output = join(place.dir, kind, "output");
  const isEnded = await (kind === "incus7" ? startIncus7 : startOwn)(place, kind, program, output);
  await until(async () => isEnded() || await isReady(place, kind), 120_000);
  if (await isReady(place, kind)) return;
  const said = (await textOf(output)).trim().split("\n").slice(-5).join("\n");
  throw new LxopsError(`Cannot start ${kind}: it does not answer on "${socketOf(place, kind)}": ${said}`);
}

/** Returns the command of a daemon's program, with the environment that it has. */
function commandOf(place: Place, kind: DaemonKind, program: string): [string, ...string[]] {
  const refused = "http://127.0.0.1:9";
  // A daemon looks for images on the internet when it starts; a proxy that refuses keeps it from that.
  const env = {
    PATH: `/usr/libexec/incus:${SYSTEM_PATH}`,
    HOME: "/root",
    HTTP_PROXY: refused,
    HTTPS_PROXY: refused,
    NO_PROXY: "127.0.0.1,localhost",
    [DIR_VARIABLE[kind]]: daemonDir(place, kind),
  };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  // It needs more files than a login shell allows.
  const script = 'ulimit -n 1048576 2>/dev/null; exec "$0" --logfile "$1"';
  return ["env", "-i", ...variables, "/bin/sh", "-c", script, program, logOf(place, kind)];
}

/** Starts a daemon of this machine in the bed's mounts; it outlives this process and its terminal. */
async function startOwn(
  place: Place,
  kind: DaemonKind,
  program: string,
  output: string,
): Promise<() => boolean> {
  await markTable(place, kind);
  const into = ["/bin/sh", "-c", 'exec "$@" >"$0" 2>&1', output];
  const [command, ...args] = inNamespace(place, ["setsid", ...into, ...commandOf(place, kind, program)]);
  const child = new Deno.Command(command, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  child.unref();
  let ended = false;
  child.status.then(() => ended = true);
  return () => ended;
}

async function startIncus7(
  place: Place,
  kind: DaemonKind,
  program: string,
  output: string,
): Promise<() => boolean> {
  await makeSpace(place);
  return await startInside(place, commandOf(place, kind, program), output);
}

/** Tells whether the daemon answers and has finished starting. */
export async function isReady(place: Place, kind: DaemonKind): Promise<boolean> {
  try {
    using rest = connect(socketOf(place, kind), 5_000);
    await rest.send("GET", "/internal/ready");
    return true;
  } catch {
    return false;
  }
}

/** Finds the processes of the daemon alone. */
export async function daemonProcesses(place: Place, kind: DaemonKind): Promise<readonly number[]> {
  const all = await processesOf(place);
  return all.filter(({ command }) => command.includes(logOf(place, kind))).map(({ pid }) => pid);
}

/** Ends the daemon alone, as a crash would; its containers keep running. */
export async function killDaemon(
  place: Place,
  kind: DaemonKind,
  signal: Deno.Signal = "SIGKILL",
): Promise<void> {
  for (const pid of await daemonProcesses(place, kind)) kill(pid, signal);
  await until(async () => (await daemonProcesses(place, kind)).length === 0, 20_000);
}

function logOf(place: Place, kind: DaemonKind): string {
  return join(place.dir, kind, "daemon.log");
}

/** Notes whether this bed makes the table of packet filters, which all daemons of a kind share. */
async function markTable(place: Place, kind: DaemonKind): Promise<void> {
  if ((await run(["nft", "list", "table", "inet", kind])).code !== 0) {
    await Deno.writeTextFile(join(place.dir, kind, "made-table"), "yes\n");
  }
}

/** Gives a fresh daemon a pool, a bridge and a default profile that uses them; does nothing to one that has them. */
export async function initialise(place: Place, kind: DaemonKind, driver: Driver): Promise<Daemon> {
  const bridge = bridgeOf(place, kind);
  using rest = connect(socketOf(place, kind));
  const networks = await rest.send("GET", "/1.0/networks") as string[];
  if (!networks.includes(`/1.0/networks/${bridge}`)) await preseed(rest, bridge, driver);
  const network = await rest.send("GET", `/1.0/networks/${bridge}`) as { config: Record<string, string> };
  const server = await rest.send("GET", "/1.0") as { environment: { server_version: string } };
  return {
    kind,
    dir: daemonDir(place, kind),
    socket: socketOf(place, kind),
    bridge,
    subnet: network.config["ipv4.address"]!,
    version: server.environment.server_version,
  };
}

async function preseed(rest: Rest, bridge: string, driver: Driver): Promise<void> {
  if ((await run(["ip", "link", "show", bridge])).code === 0) await must(["ip", "link", "delete", bridge]);
  await rest.send("PATCH", "/1.0", {
    config: { "images.auto_update_interval": "0", "core.shutdown_timeout": "1" },
  });
  // An earlier attempt may have come so far and no further.
  const pools = await rest.send("GET", "/1.0/storage-pools") as string[] | null;
  if (!pools?.includes("/1.0/storage-pools/default")) {
    await rest.send("POST", "/1.0/storage-pools", {
      name: "default",
      driver,
      config: driver === "btrfs" ? { size: "4GiB" } : {},
    });
  }
  await makeBridge(rest, bridge, 10);
  await rest.send("PATCH", "/1.0/profiles/default", {
    devices: {
      eth0: { name: "eth0", network: bridge, type: "nic" },
      root: { path: "/", pool: "default", type: "disk" },
    },
  });
}

async function makeBridge(rest: Rest, bridge: string, attempts: number): Promise<void> {
  try {
    await rest.send("POST", "/1.0/networks", {
      name: bridge,
      type: "bridge",
      // Nothing is routed: the containers need one another and an address, and the machine stays unchanged.
      config: {
        "ipv4.address": await freeSubnet(`${bridge} ${attempts}`),
        "ipv4.nat": "false",
        "ipv4.routing": "false",
        "ipv6.address": "none",
      },
    });
  } catch (error) {
    // Incus looks at every link of the machine, and fails where one goes away meanwhile.
    if (!(error instanceof ServerError) || attempts <= 1) throw error;
    await rest.send("DELETE", `/1.0/networks/${bridge}`).catch(() => {});
    await makeBridge(rest, bridge, attempts - 1);
  }
}

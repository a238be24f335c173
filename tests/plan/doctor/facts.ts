/** The facts of a sound machine, and changes of them. */
import { backend } from "../../../backends/incus.ts";
import type { DaemonFacts, Facts, LocalFacts } from "../../../lib/plan/doctor/facts.ts";
import type { InstanceInfo, ProfileInfo } from "../../../lib/ports/mod.ts";

/** The time at which facts are gathered. */
export const NOW = Date.UTC(2026, 5, 1);

const GIB = 1024 ** 3;

/** A profile of the daemon. */
export function profile(name: string, more: Partial<ProfileInfo> = {}): ProfileInfo {
  return { name, project: "default", description: "", config: {}, devices: {}, usedBy: [], ...more };
}

/** An instance that runs and has a directory of the machine. */
export function instance(name: string, more: Partial<InstanceInfo> = {}): InstanceInfo {
  return {
    name,
    project: "default",
    type: "container",
    status: "Running",
    ephemeral: false,
    description: "",
    architecture: "x86_64",
    createdAt: "2026-05-01T00:00:00Z",
    profiles: ["default"],
    config: {},
    devices: {},
    expandedConfig: {},
    expandedDevices: { data: { type: "disk", source: `/srv/${name}`, path: "/data" } },
    ...more,
  };
}

/** A directory that only root can write. */
export function directory(path: string, mode = 0o755) {
  return { path, kind: "directory", mode, uid: 0, gid: 0, size: 0 } as const;
}

/** A file of root. */
export function file(path: string, mode = 0o600, uid = 0) {
  return { path, kind: "file", mode, uid, gid: 0, size: 9 } as const;
}

const SERVER = {
  trusted: true,
  server: "incus",
  version: "6.0.4",
  extensions: ["instances"],
  kernel: { idmapped_mounts: "true" },
  certificate: "",
};

const BRIDGE = {
  name: "incusbr0",
  type: "bridge",
  managed: true,
  status: "Created",
  config: { "ipv4.nat": "true" },
  isUsed: true,
  flags: 0x1003,
};

const DEFAULT = profile("default", {
  devices: {
    root: { type: "disk", path: "/", pool: "default" },
    eth0: { type: "nic", network: "incusbr0", name: "eth0" },
  },
});

/** A daemon that can be worked with. */
export function soundDaemon(more: Partial<DaemonFacts> = {}): DaemonFacts {
  return {
    server: { found: SERVER },
    projects: { found: [{ name: "default", config: {} }] },
    pools: {
      found: [{
        name: "default",
        driver: "dir",
        status: "Created",
        source: "/var/lib/incus/storage-pools/default",
        room: { used: 40 * GIB, total: 250 * GIB },
      }],
    },
    networks: { found: [BRIDGE] },
    profiles: { found: [DEFAULT] },
    instances: { found: [instance("web")] },
    remains: { found: { strays: [], images: [], runs: new Map(), thisRun: "h m b 1 1" } },
    ...more,
  };
}

/** Returns the facts about the daemon with another server. */
export function withServer(more: Partial<typeof SERVER>): DaemonFacts {
  return soundDaemon({ server: { found: { ...SERVER, ...more } } });
}

/** Returns the facts about the daemon with another bridge. */
export function withBridge(
  { flags, ...more }: Partial<typeof BRIDGE> & { readonly flags?: number },
): DaemonFacts {
  const { flags: own, ...rest } = BRIDGE;
  const seen = flags === -1 ? {} : { flags: flags ?? own };
  return soundDaemon({ networks: { found: [{ ...rest, ...more, ...seen }] } });
}

/** A machine that can be worked with. */
export function soundMachine(more: Partial<LocalFacts> = {}): LocalFacts {
  return {
    sockets: { found: [{ path: "/var/lib/incus/unix.socket", state: "alive" }] },
    socketMode: 0o660,
    user: { found: { uid: 0, name: "root", gids: [0] } },
    absent: { found: [] },
    zfs: {
      found: { there: true, pools: [{ name: "tank", health: "ONLINE", bytes: GIB, freeBytes: GIB / 2 }] },
    },
    datasets: {
      found: new Map([["tank", { name: "tank", mountpoint: "/tank", mounted: true }]]),
    },
    atWork: { found: [] },
    texts: {
      found: new Map([
        ["/etc/subuid", "_lxd:100000:65536\nroot:100000:65536\nanna:300000:65536\n"],
        ["/etc/subgid", "root:1000000:1000000000\n"],
        ["/etc/group", "root:x:0:\nincus-admin:x:990:anna\n"],
        ["/proc/sys/net/ipv4/ip_forward", "1\n"],
        ["/proc/sys/user/max_user_namespaces", "63000\n"],
      ]),
    },
    places: { found: new Map([["/srv/web", "directory"]]) },
    room: {
      found: [{
        paths: ["/srv/web"],
        mount: "/",
        bytes: 250 * GIB,
        freeBytes: 60 * GIB,
        files: 1_000_000,
        freeFiles: 900_000,
      }],
    },
    ways: new Map([["/var/lib/incus/storage-pools/default", [
      directory("/var/lib/incus", 0o711),
      directory("/"),
    ]]]),
    other: {
      found: {
        title: "LXD",
        service: "lxd",
        sockets: [{ path: "/var/lib/lxd/unix.socket", state: "absent" }],
      },
    },
    ...more,
  };
}

/** The facts of a machine on which nothing is wrong. */
export function sound(more: Partial<Facts> = {}): Facts {
  return {
    backend,
    address: "/var/lib/incus/unix.socket",
    remote: "local",
    project: "default",
    daemon: soundDaemon(),
    local: soundMachine(),
    certificates: { found: [] },
    files: {
      found: [{
        path: "/root/.config/incus/client.key",
        secret: true,
        chain: [file("/root/.config/incus/client.key"), directory("/root"), directory("/")],
      }],
    },
    properties: [],
    isRoot: true,
    now: NOW,
    daemonNow: NOW + 1000,
    deadlineSeconds: 5,
    ...more,
  };
}

/** Returns facts of a machine whose daemon was not reached. */
export function away(more: Partial<LocalFacts> = {}, facts: Partial<Facts> = {}): Facts {
  const { daemon: _daemon, daemonNow: _now, ...rest } = sound({ local: soundMachine(more), ...facts });
  return { ...rest, away: facts.away ?? { message: "No socket of Incus found", advice: [], late: false } };
}

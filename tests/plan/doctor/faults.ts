/** Facts with one fault each. */
import { makeClientCertificate } from "../../../lib/adapters/remote/client_certificate.ts";
import type { Facts } from "../../../lib/plan/doctor/facts.ts";
import {
  away,
  directory,
  file,
  instance,
  NOW,
  profile,
  sound,
  soundDaemon,
  soundMachine,
  withBridge,
  withServer,
} from "./facts.ts";

const GIB = 1024 ** 3;
const LATE = { problem: "Incus did not answer within 5 s", late: true } as const;
const DAY = 86_400_000;

/** Returns a certificate that is valid for ten years from a time on. */
export async function certificate(from: number): Promise<string> {
  return (await makeClientCertificate("me", new Date(from))).certificate;
}

const texts = (path: string, text: string): Facts =>
  sound({
    local: soundMachine({
      texts: {
        found: new Map([["/etc/subuid", "root:1:65536\n"], ["/etc/subgid", "root:1:65536\n"], [path, text]]),
      },
    }),
  });
const sockets = (state: "refused" | "forbidden" | "absent" | "late" | "other", source?: string) => ({
  sockets: { found: [{ path: "/run/x.socket", state, ...(source ? { source } : {}) }] },
});
/** A lock of a run. */
export const lock = profile("lxops.lock.web", {
  description:
    'Lock of lxops: rebuild works on instance "web" since 2026-01-01 (anna). It goes when that ends.',
  config: { "user.lxops.lock.token": "0".repeat(32), "user.lxops.lock.run": "h m b 7 7" },
});
const remains = (more = {}) => ({
  found: { strays: [], images: [], runs: new Map([["h m b 7 7", "over" as const]]), ...more },
});
const instances = (...found: ReturnType<typeof instance>[]) =>
  sound({ daemon: soundDaemon({ instances: { found } }) });
const user = (rules: Record<string, "allowed" | "password" | "refused">, there = true) =>
  sound({
    isRoot: false,
    local: soundMachine({
      user: { found: { uid: 1000, name: "anna", gids: [1000] } },
      sudo: { found: { there, rules } },
    }),
  });
const other = (more: object) =>
  soundMachine({
    other: {
      found: { title: "LXD", service: "lxd", sockets: [{ path: "/l", state: "alive" }], ...more },
    },
  });
const room = (more: object) =>
  soundMachine({
    room: {
      found: [{
        paths: ["/srv/web"],
        mount: "/srv",
        bytes: GIB,
        freeBytes: GIB / 2,
        files: 0,
        freeFiles: 0,
        ...more,
      }],
    },
  });
const zpool = (more: object) =>
  sound({
    local: soundMachine({
      zfs: {
        found: {
          there: true,
          pools: [{ name: "tank", health: "ONLINE", bytes: GIB, freeBytes: GIB / 2, ...more }],
        },
      },
    }),
  });
const dataset = (more: object) =>
  sound({
    local: soundMachine({
      datasets: {
        found: new Map([["tank/w", { name: "tank/w", mountpoint: "/srv/web", mounted: true, ...more }]]),
      },
    }),
  });

/** Facts with one fault each, by the name of its finding. */
export const FAULTS: Readonly<Record<string, Facts | (() => Promise<Facts>)>> = {
  "socket-denied": away({
    ...sockets("forbidden"),
    user: { found: { uid: 1000, name: "bert", gids: [1000] } },
  }),
  "group-not-active": away({
    ...sockets("forbidden"),
    user: { found: { uid: 1000, name: "anna", gids: [1000] } },
  }),
  "daemon-stopped": away(sockets("refused")),
  "socket-wrong": away(sockets("other", "INCUS_SOCKET")),
  "daemon-hung": sound({ daemon: soundDaemon({ server: LATE }) }),
  "daemon-away": away({ sockets: { found: [] } }),
  "remote-away": away({ sockets: { found: [] } }, { remote: "far" }),
  "socket-missing": away(sockets("absent", "INCUS_SOCKET")),
  "wrong-program": away({
    ...sockets("absent"),
    other: { found: { title: "LXD", service: "lxd", sockets: [{ path: "/l", state: "alive" }] } },
  }),
  "daemon-absent": away(sockets("absent")),
  "remote-untrusted": sound({ remote: "far", daemon: withServer({ trusted: false }) }),
  "wrong-daemon": sound({ daemon: withServer({ server: "lxd" }) }),
  "daemon-lacks-api": sound({ daemon: withServer({ extensions: [] }) }),
  "daemon-old": sound({ daemon: withServer({ version: "0.6" }) }),
  "project-missing": sound({ project: "gone", daemon: soundDaemon({ profiles: { found: [] } }) }),
  "socket-open": sound({ local: soundMachine({ socketMode: 0o666 }) }),
  "storage-none": sound({ daemon: soundDaemon({ pools: { found: [] } }) }),
  "profile-no-root": sound({
    daemon: soundDaemon({
      profiles: { found: [profile("default", { devices: { eth0: { type: "nic" } } })] },
    }),
  }),
  "profile-no-network": sound({
    daemon: soundDaemon({
      profiles: { found: [profile("default", { devices: { root: { type: "disk", path: "/" } } })] },
    }),
  }),
  "storage-unavailable": sound({
    daemon: soundDaemon({ pools: { found: [{ name: "a", driver: "zfs", status: "Unavailable" }] } }),
  }),
  "storage-full": sound({
    daemon: soundDaemon({
      pools: { found: [{ name: "a", driver: "zfs", status: "Created", room: { used: GIB, total: GIB } }] },
    }),
  }),
  "storage-closed": sound({ local: soundMachine({ ways: new Map([["/a/b", [directory("/a", 0o700)]]]) }) }),
  "disk-full": sound({ local: room({ freeBytes: 0 }) }),
  "disk-files": sound({ local: room({ files: 1000, freeFiles: 3 }) }),
  "network-unavailable": sound({ daemon: withBridge({ status: "Unavailable" }) }),
  "network-missing": sound({ daemon: withBridge({ flags: -1 }) }),
  "network-down": sound({ daemon: withBridge({ flags: 0x1002 }) }),
  "network-forwarding": texts("/proc/sys/net/ipv4/ip_forward", "0\n"),
  "ids-missing": texts("/etc/subuid", "root:1:1000\nanna:5:65536\n"),
  "ids-twice": texts("/etc/subgid", "root:100000:65536\nroot:1000000:1000000000\n"),
  "ids-shared": texts("/etc/subuid", "root:100000:65536\nanna:100000:65536\n"),
  "namespaces-off": texts("/proc/sys/user/max_user_namespaces", "0\n"),
  "shift-unsupported": sound({
    daemon: soundDaemon({
      server: {
        found: { ...(withServer({}).server as { found: never }).found as object, kernel: {} } as never,
      },
      instances: {
        found: [
          instance("web", { expandedDevices: { d: { type: "disk", source: "/srv/web", shift: "true" } } }),
        ],
      },
    }),
  }),
  "programs-missing": sound({ local: soundMachine({ absent: { found: ["tar"] } }) }),
  "sudo-missing": user({}, false),
  "sudo-refuses": user({ mkdir: "refused" }),
  "sudo-asks": user({ mkdir: "password" }),
  "zfs-hung": sound({ local: soundMachine({ zfs: LATE }) }),
  "zfs-unusable": sound({
    local: soundMachine({ zfs: { found: { there: true, pools: [], problem: "no module" } } }),
  }),
  "zpool-health": zpool({ health: "DEGRADED" }),
  "zpool-full": zpool({ freeBytes: GIB / 20 }),
  "dataset-unmounted": dataset({ mounted: false }),
  "dataset-unfinished": dataset({ unowned: true }),
  "properties-wrong": sound({ properties: ["a.yaml:1:1: wrong"] }),
  "file-writable": sound({ files: { found: [{ path: "/a", secret: false, chain: [file("/a", 0o666)] }] } }),
  "file-foreign": sound({
    files: { found: [{ path: "/a", secret: false, chain: [file("/a", 0o644, 1000)] }] },
  }),
  "secret-readable": sound({ files: { found: [{ path: "/a", secret: true, chain: [file("/a", 0o644)] }] } }),
  "certificate-early": async () =>
    sound({ certificates: { found: [{ file: "/c", text: await certificate(NOW + DAY) }] } }),
  "certificate-broken": sound({ certificates: { found: [{ file: "/c", text: "x" }] } }),
  "certificate-ends": async () =>
    sound({
      certificates: { found: [{ file: "/c", server: "far", text: await certificate(Date.UTC(2015)) }] },
    }),
  "server-certificate-ends": async () =>
    sound({ daemon: withServer({ certificate: await certificate(Date.UTC(2016, 5, 10)) }) }),
  "clock-wrong": sound({ now: Date.UTC(1970), daemonNow: Date.UTC(1970) }),
  "clock-apart": sound({ daemonNow: NOW - 3_600_000 }),
  "source-missing": sound({ local: soundMachine({ places: { found: new Map([["/srv/web", undefined]]) } }) }),
  "source-shared": sound({ local: other({ instances: { found: [instance("web")] } }) }),
  "instance-error": instances(instance("web", { status: "Error" })),
  "lock-left": sound({
    daemon: soundDaemon({
      profiles: {
        found: [
          profile("default", { devices: { root: { type: "disk", path: "/" }, eth0: { type: "nic" } } }),
          lock,
        ],
      },
      remains: remains(),
    }),
  }),
  "rebuild-unfinished": instances(
    instance("web"),
    instance("web-lxops-old-1", { config: { "user.lxops.role": "old", "user.lxops.of": "web" } }),
  ),
  "rebuild-failed": instances(
    instance("web"),
    instance("web-lxops-new-1", { config: { "user.lxops.role": "failed", "user.lxops.of": "web" } }),
  ),
  "instance-frozen": instances(
    instance("web", { config: { "user.lxops.frozen": "true" }, status: "Frozen" }),
  ),
  "instance-left": sound({
    daemon: soundDaemon({ remains: remains({ strays: [instance("lxops-run-1")] }) }),
  }),
  "profile-left": sound({
    daemon: soundDaemon({
      profiles: {
        found: [
          profile("default", { devices: { root: { type: "disk", path: "/" }, eth0: { type: "nic" } } }),
          profile("e.lxops", { config: { "user.lxops.ephemeral": "e.lxops default e" } }),
        ],
      },
    }),
  }),
  "image-left": sound({
    daemon: soundDaemon({
      remains: remains({ images: [{ project: "default", image: { image: {}, names: ["a@new"] } }] }),
    }),
  }),
  "other-daemon-hung": sound({ local: other({ instances: LATE }) }),
};

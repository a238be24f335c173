/**
 * The table of all daemons, which the program of each daemon has.
 *
 * @module
 */
import type { DaemonKind } from "../lib/ports/mod.ts";

/** Every kind of daemon, by the name of its file in this directory. */
export const DAEMONS = {
  incus: {
    title: "Incus",
    program: "lxops-incus",
    service: "incus",
    env: { socket: "INCUS_SOCKET", dir: "INCUS_DIR", conf: "INCUS_CONF" },
    sockets: ["/var/lib/incus/unix.socket", "/run/incus/unix.socket"],
  },
  lxd: {
    title: "LXD",
    program: "lxops-lxd",
    service: "lxd",
    env: { socket: "LXD_SOCKET", dir: "LXD_DIR", conf: "LXD_CONF" },
    // The snap's, and that of Debian's package.
    sockets: ["/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket"],
  },
} as const satisfies Readonly<Record<string, DaemonKind>>;

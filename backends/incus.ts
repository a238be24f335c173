/**
 * Incus as data.
 *
 * @module
 */
import type { Backend } from "../lib/ports/mod.ts";
import { main } from "../main.ts";

/** Where Incus and its client keep their things. */
export const backend: Backend = {
  program: "lxops-incus",
  title: "Incus",
  client: "incus",
  env: { socket: "INCUS_SOCKET", dir: "INCUS_DIR", conf: "INCUS_CONF" },
  sockets: ["/var/lib/incus/unix.socket", "/run/incus/unix.socket"],
  sibling: {
    title: "LXD",
    env: { socket: "LXD_SOCKET", dir: "LXD_DIR" },
    sockets: ["/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket"],
  },
  groups: ["incus-admin"],
  configDirs: ["~/.config/incus"],
  remotes: { images: "https://images.linuxcontainers.org" },
};

if (import.meta.main) Deno.exit(await main(backend, Deno.args));

/**
 * LXD as data.
 *
 * @module
 */
import type { Backend } from "../lib/ports/mod.ts";
import { main } from "../main.ts";

/** Where LXD and its client keep their things, as Debian's packages and the snap do. */
export const backend: Backend = {
  program: "lxops-lxd",
  title: "LXD",
  client: "lxc",
  env: { socket: "LXD_SOCKET", dir: "LXD_DIR", conf: "LXD_CONF" },
  sockets: ["/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket"],
  sibling: {
    title: "Incus",
    env: { socket: "INCUS_SOCKET", dir: "INCUS_DIR" },
    sockets: ["/var/lib/incus/unix.socket", "/run/incus/unix.socket"],
  },
  groups: ["lxd"],
  configDirs: ["~/snap/lxd/common/config", "~/snap/lxd/current/.config/lxc", "~/.config/lxc"],
  remotes: {
    // The linuxcontainers.org server that older clients have under this name no longer serves LXD.
    images: "https://images.lxd.canonical.com",
    ubuntu: "https://cloud-images.ubuntu.com/releases",
    "ubuntu-daily": "https://cloud-images.ubuntu.com/daily",
    "ubuntu-minimal": "https://cloud-images.ubuntu.com/minimal/releases",
    "ubuntu-minimal-daily": "https://cloud-images.ubuntu.com/minimal/daily",
  },
};

if (import.meta.main) Deno.exit(await main(backend, Deno.args));

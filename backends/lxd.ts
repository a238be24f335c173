/**
 * LXD as data.
 *
 * @module
 */
import type { Backend } from "../lib/ports/mod.ts";
import { main } from "../main.ts";
import { DAEMONS } from "./daemons.ts";

/** LXD, and the places of its client's files in Debian's packages and in the snap. */
export const backend: Backend = {
  ...DAEMONS.lxd,
  client: "lxc",
  initCommand: "lxd init",
  protocol: "lxd",
  otherDaemon: DAEMONS.incus,
  groups: ["lxd"],
  configDirs: ["~/snap/lxd/common/config", "~/snap/lxd/current/.config/lxc", "~/.config/lxc"],
  remotes: {
    // The server at linuxcontainers.org that older clients have under this name no longer serves LXD.
    images: "https://images.lxd.canonical.com",
    ubuntu: "https://cloud-images.ubuntu.com/releases",
    "ubuntu-daily": "https://cloud-images.ubuntu.com/daily",
    "ubuntu-minimal": "https://cloud-images.ubuntu.com/minimal/releases",
    "ubuntu-minimal-daily": "https://cloud-images.ubuntu.com/minimal/daily",
  },
};

if (import.meta.main) Deno.exit(await main(backend, Deno.args));

/**
 * Incus as data.
 *
 * @module
 */
import type { Backend } from "../lib/ports/mod.ts";
import { main } from "../main.ts";
import { DAEMONS } from "./daemons.ts";

/** Incus, and the places of its client's files. */
export const backend: Backend = {
  ...DAEMONS.incus,
  client: "incus",
  initCommand: "incus admin init",
  protocol: "incus",
  otherDaemon: DAEMONS.lxd,
  groups: ["incus-admin"],
  configDirs: ["~/.config/incus"],
  remotes: { images: "https://images.linuxcontainers.org" },
};

if (import.meta.main) Deno.exit(await main(backend, Deno.args));

/**
 * Directories in which a container's root has the ids of the host's own root: a setuid program that it makes there
 * would run as root of the host, for every user who can reach it.
 *
 * @module
 */
import { dirname } from "@std/path";
import type { PathInfo } from "../../ports/mod.ts";
import { ancestors } from "../../base/within.ts";
import { quote } from "../../base/shell.ts";
import type { Layout, LocatedDevice } from "./layout.ts";
import { isTrue } from "../instance/idmap.ts";
import type { World } from "../world.ts";

/** Tells whether an instance's root has the ids of the host's root, by its expanded configuration. */
export function isHostRoot(config: Readonly<Record<string, string>>, vm: boolean): boolean {
  return vm || isTrue(config["security.privileged"]) ||
    (config["raw.idmap"] ?? "").split("\n").some((line) => /^\s*(both|uid)\s+0(-\d+)?\s/.test(line));
}

/** Returns the devices in which the container's root writes with the ids of the host's root. */
function rootDevices(layout: Layout, hostRoot: boolean): readonly LocatedDevice[] {
  return layout.devices.filter(({ shift, readonly }) => (shift || hostRoot) && !readonly);
}

/**
 * Returns the roots of filesystems that only root needs to enter, as the daemon mounts the directories in them as root. A
 * root that is a device itself must stay open, as the container sees it.
 */
export function closable(layout: Layout, hostRoot: boolean): readonly string[] {
  const devices = rootDevices(layout, hostRoot);
  return layout.filesystems.filter(({ directory, id }) =>
    devices.some((device) => device.in?.id === id) &&
    !layout.devices.some(({ source }) => source === directory)
  ).map(({ directory }) => directory);
}

/** Tells whether users other than the owner of a directory can enter it. */
function isOpen(info: PathInfo | undefined): boolean {
  return !info || (info.mode & 0o001) !== 0 || info.gid !== 0 && (info.mode & 0o010) !== 0;
}

/** Notes directories that every user of the machine can reach, although the container's root is root there. */
export function openNotes(layout: Layout, world: World, hostRoot: boolean): readonly string[] {
  const closed = closable(layout, hostRoot);
  const said = new Set<string>();
  return rootDevices(layout, hostRoot).flatMap((device) => {
    const home = device.in;
    const directory = home?.directory ?? device.source;
    const isClosed = (path: string) => world.paths.has(path) && !isOpen(world.paths.get(path));
    const below = home ? [directory] : [];
    const shut = home && !home.exists && closed.includes(directory);
    if (shut || [...below, ...ancestors(directory)].some(isClosed) || said.has(directory)) return [];
    said.add(directory);
    const cure = home && closed.includes(directory) ? directory : dirname(directory);
    const owner = world.paths.get(cure);
    const own = owner && owner.uid !== 0 ? `chown 0:0 ${quote(cure)} && ` : "";
    return [
      `every user of this machine can reach "${directory}", where the root of device "${device.name}" is root of the ` +
      `machine: a setuid program made in there would give them root. ` +
      (cure === "/"
        ? `Put it into a directory that only root can enter`
        : cure === directory
        ? `To close it: ${own}chmod 700 ${quote(cure)}`
        : `Close a directory above it, as with: ${own}chmod 700 ${quote(cure)}` +
          (home ? `; or give the device a directory of its own ("dir")` : "")),
    ];
  });
}

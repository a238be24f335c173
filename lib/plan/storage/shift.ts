/**
 * Devices whose ids the daemon shifts while they are mounted (`shift: true`): their files have the container's own ids,
 * from 0, and not the ids that the host has for the container's.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import { isWithin } from "../../base/within.ts";
import type { ServerInfo } from "../../ports/mod.ts";
import type { Layout, LocatedDevice } from "./layout.ts";
import { problem, type Target, type World } from "../world.ts";

/** Types of filesystems that no kernel mounts with other ids. */
const WITHOUT = /^(fuse|nfs|cifs|smb|9p|virtiofs|vboxsf|proc|sysfs)/;

/** Reports devices of a target that cannot be shifted, and why. */
export function shiftIssues(target: Target, layout: Layout, world: World): readonly Issue[] {
  const shifted = layout.devices.filter(({ shift }) => shift);
  const cannot = shifted.length > 0 ? daemonCannot(world.server, world.backend.title) : undefined;
  return shifted.flatMap((device) => {
    const why = cannot ?? filesystemCannot(device, world);
    return why === undefined ? [] : [
      problem(
        target,
        `devices.${device.name}.shift`,
        `Device "${device.name}" cannot be shifted: ${why}; without "shift", its directory is made with the ids that ` +
          `the host has for the container's`,
      ),
    ];
  });
}

function daemonCannot(server: ServerInfo, title: string): string | undefined {
  const { kernel = {} } = server;
  if (!server.extensions.has("container_disk_shift")) {
    return `this ${title} does not do that ("container_disk_shift")`;
  }
  if (kernel["shiftfs"] === "true") return undefined;
  if (kernel["idmapped_mounts"] !== "true") {
    return `${title} says that its kernel has neither "idmapped_mounts" nor "shiftfs"`;
  }
  // LXD tests the kernel with an empty id map, which newer kernels refuse.
  if (
    server.server === "lxd" && older(server.version, [5, 0, 4]) && !older(server.kernelVersion ?? "", [6, 8])
  ) {
    return `${title} ${server.version} does not find out that kernel ${server.kernelVersion} can do it`;
  }
  return undefined;
}

/** Tells whether a version is older than another; a text without numbers is. */
function older(version: string, than: readonly number[]): boolean {
  const parts = version.split(/[^0-9]+/).filter((part) => part !== "").map(Number);
  for (const [index, limit] of than.entries()) {
    const part = parts[index] ?? 0;
    if (part !== limit) return part < limit;
  }
  return false;
}

function filesystemCannot({ source }: LocatedDevice, world: World): string | undefined {
  const { mountpoint, type } = [...world.mounts?.here ?? []].filter((one) => isWithin(source, one.mountpoint))
    .sort((a, b) => b.mountpoint.length - a.mountpoint.length)[0] ?? {};
  if (type === undefined || !WITHOUT.test(type)) return undefined;
  return `"${source}" is in "${mountpoint}", a filesystem of type ${type}, which cannot be mounted with other ids`;
}

/** Notes directories of shifted devices whose files seem to have the host's ids. */
export function shiftNotes(layout: Layout, world: World): readonly string[] {
  return layout.devices.flatMap(({ name, shift, source }) => {
    const found = shift ? world.paths.get(source) : undefined;
    if (!found || found.uid < 65536) return [];
    return [
      `Device "${name}" has shift, but "${source}" belongs to ${found.uid}:${found.gid} of the host: ` +
      `what it has should belong to the container's own ids, from 0`,
    ];
  });
}

/**
 * Room for a second root filesystem in a storage pool.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { parseSize, sizeText } from "../../base/sizes.ts";
import { normalizePath } from "../../instance/patterns/names.ts";
import type { Devices, ProjectInfo } from "../../ports/mod.ts";
import { need, type Resolved } from "../instance/resolve/resolved.ts";
import type { World } from "../world.ts";

/** An image takes about three times its size once it is unpacked; at least four fifths of it, as it may not be packed. */
const USUAL = 3;
const LEAST = 0.8;

/** Returns the root disk among devices. */
export function rootDisk(devices: Devices): Devices[string] | undefined {
  return Object.values(devices).find((device) =>
    device["type"] === "disk" && normalizePath(`/${device["path"] ?? ""}`) === "/" && !device["source"]
  );
}

/** Returns the storage pool of the root disk among devices. */
export function rootPool(devices: Devices): string | undefined {
  return rootDisk(devices)?.["pool"];
}

/**
 * Refuses a new instance beside the old one where it surely does not fit into the pool, and returns a note where it may
 * not. It surely does not where drivers share no blocks with an image that is unpacked already.
 *
 * @throws {StateError}
 */
export function refuseRoom(
  { target, world, image }: Resolved,
  devices: Devices,
): readonly string[] {
  const { text, info } = need(image);
  const pool = rootPool(devices);
  const free = pool === undefined ? undefined : world.room?.get(pool);
  const size = info?.size ?? 0;
  if (free === undefined || size === 0 || free >= size * USUAL) return [];
  const what = `storage pool "${pool}" has ${sizeText(free)} left, and image "${text}" has ${
    sizeText(size)
  } before it is unpacked`;
  const copies = world.server.storage?.every((driver) => driver === "dir") ?? false;
  if (free >= size * LEAST || !copies) {
    return [`There may be no room for the new instance beside the old one: ${what}`];
  }
  throw refuse(
    `Cannot rebuild instance "${target.instance.name}"`,
    `there is no room for a second root filesystem: ${what}`,
    [
      ...(world.server.extensions.has("instances_rebuild")
        ? ["To let the daemon replace the old one, with its risk: --in-place"]
        : []),
    ],
  );
}

/**
 * Tells where the root disks of a project's instances would take more than the project allows together. Volumes count,
 * too, and are left to the daemon.
 */
export function diskReasons({ name, config }: ProjectInfo, devices: Devices, world: World): string[] {
  const limit = parseSize(config["limits.disk"] ?? "");
  const wanted = parseSize(rootDisk(devices)?.["size"] ?? "");
  if (limit === undefined || wanted === undefined) return [];
  const used = [...world.instances.values()].filter(({ project }) => project === name)
    .reduce((sum, one) => sum + (parseSize(rootDisk(one.expandedDevices)?.["size"] ?? "") ?? 0), 0);
  if (used + wanted <= limit) return [];
  return [
    `limits.disk is ${config["limits.disk"]}, and the root disks have ${sizeText(used)}, with ${
      sizeText(wanted)
    } to come`,
  ];
}

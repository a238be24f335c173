/**
 * Other instances that work with an instance's filesystems.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { named, objectKey, type World } from "../world.ts";
import { otherDaemonWriters, writers } from "./freeze.ts";
import { runningWith } from "./kinds/volumes.ts";
import type { Filesystems } from "./selection.ts";

/**
 * Returns the other instances that run and would find content changed below them, as reasons; the daemon refuses it for a
 * volume.
 */
export function otherUsers(
  ref: InstanceRef,
  world: World,
  { host, daemon }: Filesystems,
): readonly string[] {
  const own = objectKey(ref.project, ref.name);
  const isOther = (info: InstanceInfo) => objectKey(info.project, info.name) !== own;
  const directories = host.map(({ directory }) => directory);
  return [
    ...[...writers(world, directories).filter(isOther), ...otherDaemonWriters(world, directories)]
      .map((info) => `instance ${named(info, ref.project)} runs with a device in it`),
    ...daemon.flatMap((volume) =>
      runningWith(volume, world).filter(isOther)
        .map((info) => `instance ${named(info, ref.project)} runs with "${volume.path}"`)
    ),
  ];
}

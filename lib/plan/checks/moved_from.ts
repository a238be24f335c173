/**
 * Directories that instances may have under a former name.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import { normalizePath } from "../../instance/patterns/names.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { asMade, type Layout, locate } from "../storage/layout.ts";
import { isRunning } from "../instance/ownership.ts";
import type { Target, World } from "../world.ts";
import { others, ownDisks } from "./renamed.ts";

/** A directory of a target that an instance which runs may have at the same place. */
export interface MovedDirectory {
  readonly info: InstanceInfo;
  /** The device of the target. */
  readonly device: string;
  /** The directory that the device of the instance names. */
  readonly from: string;
  /** The directory of the target, which exists. */
  readonly to: string;
}

/** Returns directories of a target that other instances, which run, may have mounted under a former name. */
export function movedFrom(target: Target, world: World): readonly MovedDirectory[] {
  const layout = layoutOf(target, world);
  if (!layout) return [];
  const disks = ownDisks(target, layout).filter(([, { pool, source = "" }]) =>
    pool === undefined && world.paths.get(source)?.kind === "directory"
  );
  if (disks.length === 0) return [];
  return [...others(target, world), ...world.otherDaemon?.instances ?? []].filter(isRunning).flatMap((info) =>
    Object.values(info.expandedDevices).flatMap(({ type, readonly, pool, path, source = "" }) =>
      type !== "disk" || readonly === "true" || pool !== undefined || !source.startsWith("/")
        ? []
        : disks.flatMap(([device, disk]) =>
          disk["path"] === normalizePath(`/${path}`) && disk["source"] !== source
            ? [{ info, device, from: source, to: disk["source"]! }]
            : []
        )
    )
  );
}

/** Returns the layout of a target; none where it is wrong, which its plan reports. */
export function layoutOf(
  target: Target,
  world: Pick<World, "datasets" | "paths">,
): Layout | undefined {
  try {
    return locate(target, asMade(world.datasets), world.paths);
  } catch (error) {
    if (error instanceof LxopsError) return undefined;
    throw error;
  }
}

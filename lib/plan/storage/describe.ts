/**
 * What is said of filesystems before they are destroyed, and of those that remain.
 *
 * @module
 */
import type { InstanceFilesystem } from "../../instance/instance.ts";
import { volumesOf } from "./kinds/volumes.ts";
import type { VolumeInfo } from "../../ports/mod.ts";
import type { Described, World } from "../world.ts";

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** Snapshots that go with a dataset: its own, and those of the datasets below it. */
function snapshotsOf(path: string, world: World): number {
  let found = 0;
  for (const [name, list] of world.zfsSnapshots) {
    if (name === path || name.startsWith(`${path}/`)) found += list.length;
  }
  return found;
}

/** One filesystem with its size, its snapshots and its clones, as a line for people; nothing where there is none. */
export function describeFilesystem(
  { kind, path }: Pick<InstanceFilesystem, "kind" | "path">,
  world: World,
): string | undefined {
  if (kind === "directory") {
    if (!world.paths.get(path)) return undefined;
    const snapshots = world.directorySnapshots.get(path)?.length ?? 0;
    const size = world.sizes.get(path);
    return `directory ${path}${size === undefined ? "" : ` (${size})`}` +
      (snapshots > 0 ? `, ${count(snapshots, "snapshot")} beside it` : "");
  }
  const dataset = kind === "dataset" ? world.datasets.get(path) : undefined;
  if (!dataset) return undefined;
  const clones = [...world.datasets.values()].filter(({ origin }) => origin?.startsWith(`${path}@`)).length;
  const { used, origin, mountpoint } = dataset;
  return `dataset ${path} (${used ?? "size unknown"}), ${count(snapshotsOf(path, world), "snapshot")}, ` +
    `${count(clones, "clone")}${origin ? `, a clone of ${origin}` : ""}, at ${mountpoint}`;
}

/** A volume with its size and its snapshots, as a line for people. */
export function describeVolume(path: string, { bytes, snapshots }: VolumeInfo): string {
  return `${path} (${bytes === undefined ? "size unknown" : sizeText(bytes)}), ${
    count(snapshots.length, "snapshot")
  }`;
}

/** A number of bytes as people read it, like `du -h`. */
export function sizeText(bytes: number): string {
  let size = bytes;
  const units = ["B", "K", "M", "G", "T", "P"];
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes}` : `${size < 10 ? size.toFixed(1) : size.toFixed(0)}${units[unit]}`;
}

/** The filesystems of an instance that are there, a line each. */
export function remaining(target: Described, world: World): string {
  const volumes = volumesOf(target, world).flatMap(({ path, info }) =>
    info ? describeVolume(path, info) : []
  );
  return [...target.instance.filesystems.flatMap((one) => describeFilesystem(one, world) ?? []), ...volumes]
    .map((line) => `remains: ${line}\n`).join("");
}

/**
 * Comparison of the properties of filesystems.
 *
 * @module
 */
import { fileProperties } from "../record/desired.ts";
import type { Hashes } from "../record/record.ts";
import type { Resolved } from "../instance/resolve/resolved.ts";
import { volumesOf } from "../storage/kinds/volumes.ts";
import { type Difference, entryOf, threeWay } from "./three_way.ts";

/** A property of a filesystem that differs. */
export interface PropertyDifference extends Difference<string> {
  /** Key of the filesystem in the configuration. */
  readonly filesystem: string;
  readonly property: string;
}

/**
 * Compares the properties of filesystems that exist. Those that a volume has are known; those of a dataset are not asked
 * for, and what was recorded stands for them.
 */
export function filesystemDifferences(
  { target, world }: Resolved,
  recorded: Hashes | undefined,
): readonly PropertyDifference[] {
  const volumes = new Map(volumesOf(target, world).map((one) => [one.id, one.info]));
  return target.instance.filesystems.flatMap((filesystem) => {
    const { id, kind, path } = filesystem;
    const prefix = `${id}.`;
    const wanted = fileProperties(filesystem);
    const before = recorded && Object.fromEntries(
      Object.entries(recorded).filter(([name]) => name.startsWith(prefix))
        .map(([name, hash]) => [name.slice(prefix.length), hash]),
    );
    const full = (one: Difference<string>) => ({
      ...one,
      name: `${prefix}${one.name}`,
      filesystem: id,
      property: one.name,
    });
    if (kind === "volume") {
      const info = volumes.get(id);
      if (!info) return [];
      const ours = new Set([...Object.keys(wanted), ...Object.keys(before ?? {})]);
      const live = Object.fromEntries(Object.entries(info.config).filter(([key]) => ours.has(key)));
      return threeWay({ wanted, recorded: before, live }).differences.map(full);
    }
    if (kind !== "dataset" || !before || !world.datasets.has(path)) return [];
    return [...new Set([...Object.keys(wanted), ...Object.keys(before)])].flatMap((name) => {
      const value = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
      if (before[name] === entryOf(value, value)) return [];
      return [full({ name, ...(value === undefined ? {} : { wanted: value }), why: "file" })];
    });
  });
}

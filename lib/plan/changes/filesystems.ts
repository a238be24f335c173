/**
 * Comparison of the properties of filesystems.
 *
 * @module
 */
import { fileProperties } from "../record/desired.ts";
import { entryOf } from "../record/hashes.ts";
import type { Hashes } from "../record/record.ts";
import type { Resolved } from "../instance/resolve/resolved.ts";
import { volumesOf } from "../storage/kinds/volumes.ts";
import { type Difference, threeWay } from "./three_way.ts";

/** A property of a filesystem that differs. */
export interface PropertyDifference extends Difference<string> {
  /** Key of the filesystem in the configuration. */
  readonly filesystem: string;
  readonly property: string;
}

/**
 * Compares the properties of existing filesystems. All properties of a volume are known; of a dataset, those that its
 * configuration names, and for others the record counts.
 */
export function filesystemDifferences(
  { target, world }: Resolved,
  recorded: Hashes | undefined,
): readonly PropertyDifference[] {
  const volumes = new Map(volumesOf(target, world).map((one) => [one.id, one.info]));
  return target.instance.filesystems.flatMap((filesystem): readonly PropertyDifference[] => {
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
    if (kind !== "dataset" || !world.datasets.has(path)) return [];
    const has = world.zfsProperties?.get(path);
    const live = has && Object.fromEntries(
      Object.keys(wanted).filter((name) => Object.hasOwn(has, name))
        .flatMap((name): [string, string][] => {
          const { value, isSet } = has[name]!;
          const text = sameText(value, wanted[name], before?.[name]);
          // It was never set: it is new in the file.
          const isNew = !isSet && before !== undefined && !Object.hasOwn(before, name) &&
            text !== wanted[name];
          return isNew ? [] : [[name, text]];
        }),
    );
    const known = live ? threeWay({ wanted, recorded: before, live }).differences : [];
    // Unknown values are compared with the record.
    const rest = Object.keys(before ?? {}).filter((name) => !live || !Object.hasOwn(wanted, name)).concat(
      live ? [] : Object.keys(wanted),
    );
    const told = before
      ? [...new Set(rest)].flatMap((name): Difference<string>[] => {
        const value = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
        if (before[name] === entryOf(value, value)) return [];
        return [{ name, ...(value === undefined ? {} : { wanted: value }), why: "file" }];
      })
      : [];
    return [...known, ...told].map(full);
  });
}

const UNITS = ["", "K", "M", "G", "T", "P"] as const;

/**
 * Returns a value of a dataset as the configuration writes it or wrote it, where that means the same; zfs prints sizes in
 * bytes.
 */
function sameText(value: string, wanted: string | undefined, recorded: string | undefined): string {
  const bytes = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  const sizes = !bytes ? [] : UNITS.flatMap((unit, power) => {
    const number = bytes / 1024 ** power;
    return Number.isInteger(number) ? [unit, unit.toLowerCase()].map((one) => `${number}${one}`) : [];
  });
  const all = [value, ...sizes, ...(bytes === 0 ? ["none"] : [])];
  const entries = recorded?.split("/") ?? [];
  return all.find((text) => text === wanted) ?? all.find((text) => entries.includes(entryOf(text, text))) ??
    sizes.at(-2) ?? value;
}

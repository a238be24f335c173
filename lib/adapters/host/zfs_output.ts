/**
 * Parsers of the output of `zfs`, on this machine and on others.
 *
 * @module
 */
import { type Dataset, UNFINISHED, UNOWNED, type ZfsProperty } from "../../ports/mod.ts";

/** The columns of `zfs list` that make a dataset. */
export const DATASET_COLUMNS = `name,type,mountpoint,mounted,origin,used,${UNFINISHED},${UNOWNED}`;

/** Rows of fields, as `-H` prints them; a line with one field only is a message. */
export function rowsOf(stdout: string): string[][] {
  return stdout.split("\n").map((line) => line.split("\t")).filter((fields) => fields.length > 1);
}

/** Datasets of rows of `DATASET_COLUMNS`, by name. */
export function toDatasets(rows: readonly (readonly string[])[]): ReadonlyMap<string, Dataset> {
  return new Map(
    rows.map(([name = "", type, mountpoint = "", mounted, origin, used = "", unfinished, unowned]) => [name, {
      name,
      mountpoint,
      mounted: mounted === "yes",
      used,
      ...(type === "volume" ? { volume: true } : {}),
      ...(origin && origin !== "-" ? { origin } : {}),
      // Datasets inherit the property; only one that names itself is meant.
      ...(unfinished === name ? { unfinished: true } : {}),
      ...(unowned === name ? { unowned: true } : {}),
    }]),
  );
}

/**
 * Returns true for an error of `zfs list` which says that a dataset does not exist. An error about permissions or a
 * missing kernel module does not say so: there may be datasets with data in them.
 */
export function hasNoZfs(stderr: string): boolean {
  return /^(no datasets available)?\s*$/i.test(stderr);
}

/** Tells whether the usage of `zfs snapshot` allows several snapshots at once. */
export function takesSeveral(usage: string): boolean {
  return /@<?snap(name)?>\s*\.\.\./.test(usage);
}

/** Tells whether the usage of `zfs receive` has the option to keep part of an interrupted stream. */
export function resumes(usage: string): boolean {
  return /receive \[-[A-Za-z]*s/.test(usage) || /receive -A\b/.test(usage);
}

/** Parses the values of a property from the output of `zfs get -H -o name,value`, without unset ones. */
export function valuesOf(stdout: string): readonly (readonly [name: string, value: string])[] {
  return rowsOf(stdout).flatMap(([name = "", value = "-"]) => value === "-" ? [] : [[name, value] as const]);
}

/** Returns the arguments of `zfs` that read properties of datasets. */
export function getProperties(datasets: readonly string[], properties: readonly string[]): readonly string[] {
  return ["get", "-H", "-p", "-o", "name,property,value,source", properties.join(","), ...datasets];
}

/** Parses the output of the command of `getProperties()` to properties by dataset, without unset ones. */
export function propertiesOf(stdout: string): ReadonlyMap<string, Readonly<Record<string, ZfsProperty>>> {
  const groups = Map.groupBy(rowsOf(stdout), ([name = ""]) => name);
  return new Map(
    [...groups].map(([name, rows]) => [
      name,
      Object.fromEntries(
        rows.flatMap(([, key = "", value = "-", source = ""]) =>
          value === "-"
            ? []
            : [[key, { value, isSet: source !== "default" && !source.startsWith("inherited") }]]
        ),
      ),
    ]),
  );
}

/** Returns the number of the snapshot that a stream sends, from the output of `zfs send -n -v -t` for its token. */
export function guidOfToken(text: string): string | undefined {
  const found = /toguid\s*=\s*(0x[0-9a-f]+|\d+)/i.exec(text)?.[1];
  return found === undefined ? undefined : String(BigInt(found));
}

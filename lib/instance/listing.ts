/**
 * Rows of lists about an instance.
 *
 * @module
 */
import { compareTexts } from "../base/order.ts";
import type { Instance, InstanceFilesystem } from "./instance.ts";
import { usualDirectory } from "./kinds.ts";

/** A filesystem of an instance. */
export interface FilesystemRow {
  readonly filesystem: string;
  readonly path: string;
  readonly pattern: string;
  readonly flags: readonly string[];
}

/** Returns the filesystems with their keys, paths, patterns and flags. */
export function filesystemRows(instance: Instance): FilesystemRow[] {
  return instance.filesystems.map(({ id, path, destroy, transient }) => ({
    filesystem: id,
    path,
    pattern: instance.config.filesystems[id]?.pattern ?? "",
    flags: [...(destroy ? ["destroy"] : []), ...(transient ? ["transient"] : [])],
  }));
}

/** A device of an instance: its directory on the host, its path in the instance, and its keys in the file. */
export interface DeviceRow {
  readonly source: string;
  readonly path: string;
  readonly name: string;
  readonly dir: string;
  readonly filesystem: string;
}

/**
 * Returns the devices with their directories on the host, or their volumes; `directoryOf` returns the
 * known directories of filesystems.
 */
export function deviceRows(
  instance: Instance,
  directoryOf: (filesystem: InstanceFilesystem) => string | undefined = usualDirectory,
): DeviceRow[] {
  const filesystems = new Map(instance.filesystems.map((filesystem) => [filesystem.id, filesystem]));
  return instance.devices.map(({ name, path, filesystem: id, dir }) => {
    const filesystem = id === undefined ? undefined : filesystems.get(id);
    const source = filesystem
      ? [directoryOf(filesystem) ?? usualDirectory(filesystem), dir].filter((part) => part !== "").join("/")
      : dir;
    const { dir: written = "", filesystem: key = "" } = instance.config.devices[name] ?? {};
    return { source, path, name, dir: written, filesystem: key };
  });
}

/** A property and its value. */
export interface PropertyRow {
  readonly key: string;
  readonly value: string;
}

/** Properties by name. */
export function propertyRows(properties: Readonly<Record<string, string>>): PropertyRow[] {
  const entries = Object.entries(properties).sort(([a], [b]) => compareTexts(a, b));
  return entries.map(([key, value]) => ({ key, value }));
}

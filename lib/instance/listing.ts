/**
 * What an instance comes to, as rows of tables.
 *
 * @module
 */
import type { Instance, InstanceFilesystem } from "./instance.ts";

/** A table: its head and its rows, of equal length. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Filesystems with their keys, paths, patterns and flags. */
export function filesystemTable(instance: Instance): Table {
  return {
    head: ["FILESYSTEM", "PATH", "PATTERN", "FLAGS"],
    rows: instance.filesystems.map(({ id, path, destroy, transient }) => [
      id,
      path,
      instance.config.filesystems[id]?.pattern ?? "",
      [...(destroy ? ["destroy"] : []), ...(transient ? ["transient"] : [])].join(" "),
    ]),
  };
}

/** The directory of a filesystem where nothing better is known: datasets are mounted below `/` by default. */
function usualDirectory({ kind, path }: InstanceFilesystem): string {
  return kind === "dir" ? path : `/${path}`;
}

/** Devices with their directories on the host; `directoryOf` says where filesystems are. */
export function deviceTable(
  instance: Instance,
  directoryOf: (filesystem: InstanceFilesystem) => string = usualDirectory,
): Table {
  const filesystems = new Map(instance.filesystems.map((filesystem) => [filesystem.id, filesystem]));
  return {
    head: ["SOURCE", "PATH", "NAME", "DIR", "FILESYSTEM"],
    rows: instance.devices.map(({ name, path, filesystem: id, dir }) => {
      const filesystem = id === undefined ? undefined : filesystems.get(id);
      const source = filesystem
        ? [directoryOf(filesystem), dir].filter((part) => part !== "").join("/")
        : dir;
      const { dir: written = "", filesystem: key = "" } = instance.config.devices[name] ?? {};
      return [source, path, name, written, key];
    }),
  };
}

/** Properties by name, built-in ones included. */
export function propertyTable(properties: Readonly<Record<string, string>>): Table {
  const entries = Object.entries(properties).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return { head: ["KEY", "VALUE"], rows: entries };
}

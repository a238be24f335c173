/**
 * Locations of an instance's filesystems and device directories on the host.
 *
 * A container's root controls the content of its device directories. So every directory between a filesystem's root
 * and a device's directory must be a real directory: the container could have placed a symbolic link there, to make
 * lxops or the daemon touch another part of the host.
 *
 * @module
 */
import { dirname } from "@std/path";
import { ConfigError, type Issue } from "../../base/errors.ts";
import type { Dataset, Devices } from "../../ports/mod.ts";
import type { InstanceDevice, InstanceFilesystem, VolumePlace } from "../../instance/instance.ts";
import { usable } from "../../instance/parts.ts";
import type { LocatedFilesystem } from "./kinds/kind.ts";
import { HOST_KINDS, isHostKind } from "./kinds/mod.ts";
import { shiftIssues } from "./shift.ts";
import { danger } from "../tree/held.ts";
import { type Described, problem, refOf, type Target, type World } from "../world.ts";

/** A device with its directory on the host. */
export interface LocatedDevice extends InstanceDevice {
  readonly source: string;
  readonly in?: LocatedFilesystem;
}

/** A device that is a volume of the daemon, or a directory in one. */
export interface VolumeDevice extends InstanceDevice {
  readonly in: InstanceFilesystem;
  readonly volume: VolumePlace;
}

/** All of a target's filesystems and devices on the host, and its devices in volumes of the daemon. */
export interface Layout {
  readonly filesystems: readonly LocatedFilesystem[];
  readonly devices: readonly LocatedDevice[];
  readonly volumes: readonly VolumeDevice[];
  /** Paths that must be observed before anything can be planned. */
  readonly paths: readonly string[];
}

/**
 * Finds the directories of a target's filesystems and devices from the machine's datasets.
 *
 * @throws {ConfigError} where a dataset has no mountpoint, is not mounted, or its pool does not exist
 */
export function locate(
  target: Described,
  datasets: ReadonlyMap<string, Dataset>,
  paths: World["paths"] = new Map(),
): Layout {
  usable(target.instance, "filesystems", "devices");
  const issues: Issue[] = [];
  const filesystems: LocatedFilesystem[] = [];
  const volumes: VolumeDevice[] = [];
  for (const filesystem of target.instance.filesystems) {
    const { kind, volume } = filesystem;
    if (!isHostKind(kind)) {
      if (!volume) continue;
      for (const device of target.instance.devices) {
        if (device.filesystem === filesystem.id) volumes.push({ ...device, in: filesystem, volume });
      }
      continue;
    }
    const place = HOST_KINDS[kind].locate(filesystem, { datasets, paths }, filesystems);
    if (typeof place === "string") issues.push(problem(target, `filesystems.${filesystem.id}`, place));
    else filesystems.push({ ...filesystem, kind, ...place });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  const byId = new Map(filesystems.map((filesystem) => [filesystem.id, filesystem]));
  const others = target.instance.devices.filter((device) =>
    !volumes.some(({ name }) => name === device.name)
  );
  const devices = others.map((device): LocatedDevice => {
    const home = device.filesystem === undefined ? undefined : byId.get(device.filesystem);
    if (!home) return { ...device, source: device.dir };
    return { ...device, in: home, source: device.dir ? `${home.directory}/${device.dir}` : home.directory };
  });
  const looked = new Set(filesystems.map((filesystem) => filesystem.directory));
  for (const device of devices) {
    if (!device.in) looked.add(device.source);
    else for (const path of directoriesBelow(device.in.directory, device.source)) looked.add(path);
  }
  return { filesystems, devices, volumes, paths: [...looked] };
}

/** Returns the directories between `root` and `path`, including `path` and without `root`. */
export function directoriesBelow(root: string, path: string): string[] {
  const found: string[] = [];
  for (let at = path; at.length > root.length; at = dirname(at)) found.unshift(at);
  return found;
}

/** Checks the filesystems and directories of a target against the world. */
export function checkLayout(target: Target, layout: Layout, world: World): readonly Issue[] {
  const issues: Issue[] = [
    ...coveredDirectories(target, layout.filesystems, world),
    ...shiftIssues(target, layout, world),
    ...heldIssues(target, layout, world),
  ];
  for (const filesystem of layout.filesystems) {
    const info = world.paths.get(filesystem.directory);
    // The user may have linked the filesystem's own directory; nothing in a container can reach that link.
    if (info && info.kind !== "directory" && info.kind !== "symlink") {
      issues.push(
        problem(
          target,
          `filesystems.${filesystem.id}`,
          `"${filesystem.directory}" is a ${info.kind}, not a directory`,
        ),
      );
    }
  }
  for (const device of layout.devices) {
    const key = `devices.${device.name}`;
    if (!device.in) {
      if (!world.paths.get(device.source)) {
        issues.push(
          problem(target, key, `"${device.source}" does not exist; lxops makes only what is in a filesystem`),
        );
      }
      continue;
    }
    if (!device.in.exists) continue;
    for (const path of directoriesBelow(device.in.directory, device.source)) {
      const info = world.paths.get(path);
      if (info && info.kind !== "directory") {
        issues.push(
          problem(target, key, `"${path}" is a ${info.kind}, not a directory; lxops does not follow it`),
        );
        break;
      }
    }
  }
  return issues;
}

/** Reports directories that another instance could replace by links, for lxops or for the daemon. */
function heldIssues(target: Target, layout: Layout, world: World): readonly Issue[] {
  const own = refOf(target.instance);
  const roots = layout.filesystems.map(({ id, directory }) => ({
    key: `filesystems.${id}`,
    path: directory,
  }));
  const seen = new Set(roots.map(({ path }) => path));
  const devices = layout.devices.filter(({ source }) => !seen.has(source)).map(({ name, source }) => ({
    key: `devices.${name}`,
    path: source,
  }));
  const issues = new Map<string, Issue>();
  for (const { key, path } of [...roots, ...devices]) {
    const risk = danger(path, world, own);
    // A device in a filesystem that is reported needs no report of its own.
    if (!risk || [...issues.keys()].some((outer) => path.startsWith(`${outer}/`))) continue;
    issues.set(path, problem(target, key, `${risk.text}. ${risk.cure}`));
  }
  return [...issues.values()];
}

/** Returns datasets as if those were mounted that a run which was cut off created and did not mount. */
export function asMade(datasets: World["datasets"]): World["datasets"] {
  const half = [...datasets.values()].filter(({ mounted, unowned }) => unowned && !mounted);
  return half.length === 0 ? datasets : new Map([
    ...datasets,
    ...half.map((dataset) => [dataset.name, { ...dataset, mounted: true }] as const),
  ]);
}

/** Reports mountpoints that are not empty: the mount would hide their content, or fail. */
export function coveredDirectories(
  target: Target,
  filesystems: readonly LocatedFilesystem[],
  world: World,
): readonly Issue[] {
  return filesystems.filter(({ kind, path, directory }) =>
    HOST_KINDS[kind].mount?.isPending(path, world.datasets) && world.paths.get(directory)?.filled
  ).map(({ id, path, directory }) =>
    problem(
      target,
      `filesystems.${id}`,
      `"${directory}", where dataset "${path}" is to be mounted, is a directory with something in it; move that ` +
        "away first, or have it used as it is by naming the directory as the pattern",
    )
  );
}

/** Returns the disk devices of an instance's own profile. */
export function diskDevices(layout: Layout): Devices {
  const disk = (device: InstanceDevice, source: Readonly<Record<string, string>>) =>
    [
      device.name,
      {
        type: "disk",
        path: device.path,
        ...source,
        ...(device.readonly ? { readonly: "true" } : {}),
        ...(device.shift ? { shift: "true" } : {}),
      },
    ] as const;
  return Object.fromEntries([
    ...layout.devices.map((device) => disk(device, { source: device.source })),
    ...layout.volumes.map((device) => {
      const { volume: { pool, name }, dir } = device;
      return disk(device, { pool, source: dir === "" ? name : `${name}/${dir}` });
    }),
  ]);
}

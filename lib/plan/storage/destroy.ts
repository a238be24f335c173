/**
 * The filesystems that `destroy` takes, and what must not be lost with them. All is refused here, before the
 * instance is touched.
 *
 * @module
 */
import { sortIssues } from "../../config/schema/validate.ts";
import { ConfigError, type Issue, refuse } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";
import type { LocatedFilesystem } from "./layout.ts";
import { removeDirectory } from "../commands/host.ts";
import { directorySnapshot, partialOf, replacedOf } from "../commands/copy.ts";
import { describeFilesystem } from "./describe.ts";
import { swapNames } from "../instance/reserved_names.ts";
import { named, objectKey, problem, type Target, type World } from "../world.ts";
import { DATASET_BUSY, zfsDestroy } from "../commands/zfs.ts";

/** What destroys filesystems, and what a person should know about it. */
export interface Destruction {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/**
 * Plans the destruction of a target's filesystems that say `destroy: true`.
 *
 * @throws {ConfigError} where a filesystem that does not say so would go with one that does
 * @throws {StateError} where somebody else uses one, or has something in it
 */
export function destroyFilesystems(target: Target, world: World): Destruction {
  const existing = existingFilesystems(target, world);
  const beside = besideDirectories(target, world);
  const doomed = [...existing.filter((filesystem) => filesystem.destroy), ...beside];
  const kept = existing.filter((filesystem) => !filesystem.destroy);
  const issues = kept.flatMap((one) => {
    const outer = doomed.find((other) => isIn(one, other));
    return outer ? [keptIssue(target, one, outer)] : [];
  });
  if (issues.length > 0) throw new ConfigError(sortIssues(issues));
  for (const filesystem of doomed) {
    refuseFor(filesystem, [
      // What a volume holds is not what the configuration speaks of.
      ...(world.datasets.get(filesystem.path)?.volume && filesystem.kind === "dataset"
        ? ["it is a volume"]
        : []),
      ...users(target, world, filesystem),
      ...strangers(world, filesystem, doomed),
    ]);
  }
  // What lies in another one goes with it.
  const roots = doomed.filter((one, index) =>
    !doomed.some((other, at) =>
      one.kind === other.kind &&
      (one.path.startsWith(`${other.path}/`) || at < index && one.path === other.path)
    )
  );
  // What is mounted in a directory keeps it from being removed, so datasets go first.
  const ordered = [
    ...roots.filter(({ kind }) => kind === "dataset"),
    ...roots.filter(({ kind }) => kind === "directory"),
  ];
  const links = roots.filter(({ kind, path }) =>
    kind === "directory" && world.paths.get(path)?.kind === "symlink"
  );
  return {
    steps: ordered.map(destroyStep),
    notes: [
      ...ordered.filter((one) => !beside.includes(one)).flatMap((one) => describeFilesystem(one, world) ?? [])
        .map((line) => `destroys ${line}`),
      ...beside.map(({ path }) => `destroys ${besideText(path)}`),
      ...links.map(({ path }) => `"${path}" is a symbolic link: the link goes, and what it leads to stays`),
      ...siblingNotes(world, roots),
    ],
  };
}

function siblingNotes(world: World, roots: readonly LocatedFilesystem[]): string[] {
  const { title, problem } = world.sibling ?? {};
  if (problem === undefined || roots.length === 0) return [];
  return [`Whether an instance of ${title} uses what goes could not be looked at: ${problem}`];
}

/** As `locate`, but a pool that is gone is no error: there is nothing to destroy. */
function existingFilesystems(target: Target, world: World): LocatedFilesystem[] {
  return target.instance.filesystems.flatMap((filesystem): LocatedFilesystem[] => {
    const { kind, path } = filesystem;
    if (kind === "volume") return [];
    if (kind === "directory") {
      const there = world.paths.get(path) !== undefined;
      return there ? [{ ...filesystem, kind, directory: path, exists: true }] : [];
    }
    const dataset = world.datasets.get(path);
    return dataset ? [{ ...filesystem, kind, directory: dataset.mountpoint, exists: true }] : [];
  });
}

/**
 * What is beside the plain directories of a target that go, and belongs to them as a dataset's snapshots do: their
 * snapshots, and what runs that were cut off left.
 */
function besideDirectories({ instance }: Target, world: World): LocatedFilesystem[] {
  return instance.filesystems.flatMap((filesystem): LocatedFilesystem[] => {
    const { kind, path, destroy } = filesystem;
    if (kind !== "directory" || !destroy) return [];
    const snapshots = world.directorySnapshots.get(path)?.map((name) => directorySnapshot(path, name)) ?? [];
    const left = (world.leftovers ?? []).filter((one) =>
      one === partialOf(path) || one === replacedOf(path) || one.startsWith(directorySnapshot(path, ""))
    );
    const others = instance.filesystems.map((one) => one.path);
    return [...snapshots, ...left].filter((one) => !others.includes(one)).map((one) => ({
      ...filesystem,
      kind,
      path: one,
      directory: one,
      exists: true,
    }));
  });
}

function besideText(path: string): string {
  return path.endsWith(partialOf("")) || path.endsWith(replacedOf(""))
    ? `${path}, which a run that was cut off left`
    : `snapshot ${path}`;
}

/** Whether a filesystem would go with another one. */
function isIn(one: LocatedFilesystem, other: LocatedFilesystem): boolean {
  const inside = (path: string, outer: string) => path === outer || path.startsWith(`${outer}/`);
  return one.kind === "dataset" && other.kind === "dataset" && inside(one.path, other.path) ||
    other.directory.startsWith("/") && inside(one.directory, other.directory);
}

function keptIssue(target: Target, one: LocatedFilesystem, outer: LocatedFilesystem): Issue {
  return problem(
    target,
    `filesystems.${one.id}`,
    `Filesystem "${one.id}" (${one.path}) does not say destroy: true, but lies in filesystem "${outer.id}" ` +
      `(${outer.path}), which does and would take it along; nothing was changed`,
  );
}

function refuseFor(filesystem: LocatedFilesystem, reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  throw refuse(`Cannot destroy filesystem "${filesystem.id}" (${filesystem.path})`, reasons.join(", "), [
    "Delete that first, or move it elsewhere",
  ]);
}

/** A filesystem that another instance or profile has a device in is in use, whatever this configuration says. */
export function users(target: Target, world: World, filesystem: LocatedFilesystem): string[] {
  const own = objectKey(target.instance.project, target.instance.ownProfile);
  const mine = new Set([target.instance.name, ...swapNames(target.instance.name)]);
  const found: string[] = [];
  for (const [key, profile] of world.profiles) {
    if (key !== own && uses(profile.devices, filesystem)) {
      found.push(`profile "${profile.name}" has a device in it`);
    }
  }
  for (const info of world.instances.values()) {
    if (mine.has(info.name) && info.project === target.instance.project) continue;
    if (uses(info.expandedDevices, filesystem)) {
      found.push(`instance ${named(info, target.instance.project)} has a device in it`);
    }
  }
  for (const { name, devices } of world.sibling?.profiles ?? []) {
    if (uses(devices, filesystem)) {
      found.push(`profile "${name}" of ${world.sibling!.title} has a device in it`);
    }
  }
  for (const info of world.sibling?.instances ?? []) {
    if (uses(info.expandedDevices, filesystem)) {
      found.push(`instance "${info.name}" of ${world.sibling!.title} has a device in it`);
    }
  }
  return found;
}

function uses(devices: InstanceInfo["devices"], filesystem: LocatedFilesystem): boolean {
  return Object.values(devices).some((device) => {
    const source = device["type"] === "disk" ? device["source"] : undefined;
    return source === filesystem.directory || source?.startsWith(`${filesystem.directory}/`);
  });
}

/**
 * Datasets that would go too, or be stumbled over, and that the configuration does not name. Those that are mounted in
 * a directory the look at all trees finds (`tree/look.ts`).
 */
function strangers(
  world: World,
  filesystem: LocatedFilesystem,
  doomed: readonly LocatedFilesystem[],
): string[] {
  const named = new Set(doomed.map(({ path }) => path));
  const found: string[] = [];
  if (filesystem.kind === "directory") return found;
  for (const { name, origin, volume } of world.datasets.values()) {
    if (named.has(name)) continue;
    const what = `${volume ? "volume" : "dataset"} "${name}"`;
    if (name.startsWith(`${filesystem.path}/`)) found.push(`${what} lies in it`);
    else if (origin?.startsWith(`${filesystem.path}@`)) found.push(`${what} is a clone of it`);
  }
  return found;
}

function destroyStep(filesystem: LocatedFilesystem): Step {
  const { kind, path } = filesystem;
  return kind === "dataset"
    ? {
      title: `Destroy dataset ${path}`,
      effect: { kind: "run", ...zfsDestroy(path), busyText: DATASET_BUSY },
      removes: [{ kind: "dataset", name: path }],
    }
    : {
      title: `Destroy directory ${path}`,
      effect: { kind: "run", ...removeDirectory(path) },
      removes: [{ kind: "directory", name: path }],
    };
}

/**
 * First content of new filesystems and device directories: from another instance's directories (`device-template`), from
 * snapshots of its filesystems (`device-origin`), or from the image (`extract`).
 *
 * A directory is filled beside its place and then renamed, so that a directory with its name is complete. The root of a
 * dataset cannot be renamed: it is marked as unfinished until then.
 *
 * @module
 */
import { dirname } from "@std/path";
import { ConfigError, type Issue, refuse } from "../../../base/errors.ts";
import { isWithin } from "../../../base/within.ts";
import { usable } from "../../../instance/parts.ts";
import { run, runEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import {
  copyDirectory,
  directorySnapshot,
  makeParents,
  moveDirectory,
  partialOf,
  syncDirectory,
} from "../../commands/copy.ts";
import { directoriesBelow, type Layout, locate } from "../layout.ts";
import type { LocatedDevice } from "../layout.ts";
import type { LocatedFilesystem } from "../kinds/kind.ts";
import { HOST_KINDS } from "../kinds/mod.ts";
import { removeUnfinished } from "../kinds/replace_directory.ts";
import {
  contentOf,
  type Filling,
  type FillOptions,
  fromImage,
  hasImage,
  hasNew,
  isNew,
  NOTHING,
  withContents,
} from "./fill_image.ts";
import { removeDirectory } from "../../commands/host.ts";
import { freezeWriters, unfreezeLeft } from "../freeze.ts";
import { sharesCopy } from "../reflinks.ts";
import { realPath } from "../../tree/paths.ts";
import type { Resolved } from "../../instance/resolve/resolved.ts";
import { NAME_THEM, namesOf } from "../kinds/nested_datasets.ts";
import { type Described, problem, refOf, type Target, type World } from "../../world.ts";

/** A directory that becomes the copy of another one. */
interface Copy {
  readonly from: string;
  readonly to: string;
  /** True where it is a whole filesystem. */
  readonly root: boolean;
  /** The filesystem that is mounted there, whose root cannot be renamed. */
  readonly mounted?: LocatedFilesystem;
  readonly program: "rsync" | "cp";
}

/** Plans the first content of a target's new filesystems and directories. */
export function fillings(resolved: Resolved, layout: Layout, options: FillOptions = {}): Filling {
  const { target, world } = resolved;
  if (!options.extract && hasNew(layout, world)) usable(target.instance, "source");
  const source = options.extract ? undefined : target.devicesFrom;
  if (!source) {
    const { contents, notes } = fromImage(layout, world, () => false, options);
    return withContents({ ...NOTHING, notes }, contents, resolved, layout);
  }
  const from = locate(source, world.datasets, world.paths);
  const snapshot = target.instance.deviceSource?.snapshot;
  return snapshot === undefined
    ? fromTemplate(resolved, source, { layout, from })
    : fromOrigin(resolved, source, snapshot, { layout, from });
}

/** Layouts of a target and of the instance that its devices come from. */
interface Layouts {
  readonly layout: Layout;
  readonly from: Layout;
}

function fromTemplate(resolved: Resolved, source: Described, { layout, from }: Layouts): Filling {
  const { target, world } = resolved;
  const issues: Issue[] = [];
  const notes: string[] = [];
  const copies: Copy[] = [];
  const missing: LocatedDevice[] = [];
  const marked = new Set<string>();
  for (const device of layout.devices) {
    if (!isNew(device, world) || device.in!.transient) continue;
    if (copies.some((copy) => isWithin(device.source, copy.to))) continue;
    const twin = from.devices.find(({ name }) => name === device.name);
    if (!twin || twin.source === device.source) continue;
    if (twin.shift !== device.shift) {
      issues.push(problem(
        target,
        `devices.${device.name}`,
        `Device "${device.name}" ${
          device.shift ? "has" : "has no"
        } "shift", and that of the device-template ` +
          `"${source.instance.name}" ${
            twin.shift ? "has" : "has none"
          }: the copy would have the wrong owners`,
      ));
      continue;
    }
    const found = world.paths.get(twin.source);
    if (found === undefined && hasImage(target)) {
      missing.push(device);
      notes.push(
        `Instance "${source.instance.name}", the device-template, has no directory "${twin.source}": device ` +
          `"${device.name}" starts with what the image has`,
      );
      continue;
    }
    if (found?.kind !== "directory" && !(found?.kind === "symlink" && twin.dir === "")) {
      issues.push(problem(
        target,
        `devices.${device.name}`,
        found
          ? `"${twin.source}" of the device-template is a ${found.kind}, not a directory; lxops does not follow it`
          : `Instance "${source.instance.name}", the device-template, has no directory "${twin.source}"`,
      ));
      continue;
    }
    const root = device.source === device.in!.directory;
    const mounted = root ? HOST_KINDS[device.in!.kind].mount && device.in : undefined;
    if (mounted) marked.add(mounted.id);
    // cp would copy a link, and not the directory that it leads to. It skips holes, which rsync reads, while an
    // instance waits for its rehearsal.
    const usesCp = found.kind === "directory" &&
      (target.copyOf !== undefined ||
        sharesCopy(realPath(twin.source, world), realPath(device.source, world), world));
    copies.push({
      from: twin.source,
      to: device.source,
      root,
      program: usesCp ? "cp" : "rsync",
      ...(mounted ? { mounted } : {}),
    });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  const copied = (device: LocatedDevice) => copies.some((copy) => isWithin(device.source, copy.to));
  const { contents } = fromImage(
    layout,
    world,
    (device) => copied(device) || missing.includes(device),
  );
  return withContents(
    {
      clones: new Map(),
      marked,
      whole: [],
      steps: copySteps(target, source, copies, world),
      notes,
      brings: { trees: copies.map(({ to }) => to), paths: [] },
    },
    [...missing.map(contentOf), ...contents],
    resolved,
    layout,
  );
}

function fromOrigin(
  resolved: Resolved,
  source: Described,
  snapshot: string,
  { layout, from }: Layouts,
): Filling {
  const { target, world } = resolved;
  const clones = new Map<string, string>();
  const copies: Copy[] = [];
  const notes: string[] = [];
  const existing: string[] = [];
  const filled = new Set<string>();
  for (const filesystem of layout.filesystems) {
    if (filesystem.exists || filesystem.transient) continue;
    const twin = from.filesystems.find(({ id }) => id === filesystem.id);
    if (!twin) {
      notes.push(
        `Filesystem "${filesystem.id}" starts empty: "${source.instance.name}" has none of that key`,
      );
      continue;
    }
    filled.add(filesystem.id);
    const name = snapshotOf(resolved, filesystem, twin, snapshot);
    const below = HOST_KINDS[twin.kind].nested(source, twin.path, world.datasets);
    const taken = below.filter((one) => world.zfsSnapshots.get(one.name)?.some((it) => it.name === snapshot));
    if (taken.length > 0) {
      throw new ConfigError([problem(
        target,
        "device-origin",
        `A clone of "${name}" has nothing of the datasets in it, and there is ${
          namesOf(taken)
        }. ${NAME_THEM}`,
      )]);
    }
    if (below.length > 0) {
      notes.push(
        `${namesOf(below)} of "${source.instance.name}" had no snapshot "${snapshot}", and is left out`,
      );
    }
    if (HOST_KINDS[filesystem.kind].clones) clones.set(filesystem.id, name);
    else copies.push({ from: name, to: filesystem.directory, root: true, program: "cp" });
    // The present directories of the source are probably in the snapshot, too; mkdir does no harm where they are not.
    for (const device of from.devices) {
      if (device.in?.id !== twin.id) continue;
      for (const path of directoriesBelow(twin.directory, device.source)) {
        if (world.paths.get(path)) existing.push(filesystem.directory + path.slice(twin.directory.length));
      }
    }
    existing.push(filesystem.directory);
  }
  // The content of a snapshot is not known before it is cloned; only filesystems without one are filled from the image.
  const { contents } = fromImage(layout, world, ({ in: home }) => filled.has(home!.id));
  return withContents(
    {
      clones,
      marked: new Set(),
      whole: copySteps(target, source, copies, world),
      steps: [],
      notes,
      brings: { trees: [], paths: existing },
    },
    contents,
    resolved,
    layout,
  );
}

function snapshotOf(
  { target, world }: Resolved,
  filesystem: LocatedFilesystem,
  twin: LocatedFilesystem,
  snapshot: string,
): string {
  const fail = (message: string) =>
    new ConfigError([problem(target, "device-origin", `${message}, for filesystem "${filesystem.id}"`)]);
  if (twin.kind !== filesystem.kind) {
    throw fail(`"${twin.path}" and "${filesystem.path}" are not of the same kind`);
  }
  const name = directorySnapshot(twin.path, snapshot);
  if (!HOST_KINDS[twin.kind].hasSnapshot(twin.path, snapshot, world)) {
    throw fail(`There is no snapshot "${name}"`);
  }
  return name;
}

function copySteps(target: Target, source: Described, copies: readonly Copy[], world: World): Step[] {
  if (copies.length === 0) {
    // A run that was cut off after its last copy may have left the source frozen.
    return [...unfreezeLeft(world, [refOf(source.instance)])];
  }
  const freeze = freezeWriters(world, copies.flatMap(({ from, to }) => [from, to]), {
    own: [refOf(source.instance)],
    action: `copy devices of "${source.instance.name}" for instance "${target.instance.name}"`,
  });
  return [...freeze.before, ...copies.flatMap((copy) => copyOne(copy, world)), ...freeze.after];
}

function copyOne({ from, to, root, mounted, program }: Copy, world: World): Step[] {
  if (mounted) {
    return [
      run(`Copy ${from} to ${to}`, syncDirectory(from, to)),
      HOST_KINDS[mounted.kind].mount!.finish(mounted.path),
    ];
  }
  const partial = partialOf(to);
  const old = world.paths.get(partial);
  if (old && old.kind !== "directory") {
    throw refuse(`Cannot copy to "${partial}"`, `it is a ${old.kind}`);
  }
  const copy = program === "cp" ? copyDirectory(from, partial) : syncDirectory(from, partial);
  return [
    ...removeUnfinished(partial, old !== undefined),
    ...(root ? [run(`Create directory ${dirname(to)}`, makeParents(dirname(to)))] : []),
    run(`Copy ${from} to ${partial}`, copy, {
      opens: { kind: "copy", name: partial },
      undo: runEffect(removeDirectory(partial)),
      partly: true,
    }),
    run(`Rename the copy to ${to}`, moveDirectory(partial, to), {
      closes: { kind: "copy", name: partial },
      makes: [{ kind: "directory", name: to }],
    }),
  ];
}

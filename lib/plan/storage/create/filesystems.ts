/**
 * Steps that create an instance's missing filesystems and device directories.
 *
 * A directory that has its name is complete: plain directories are created as `NAME.partial`, given away, and renamed;
 * datasets carry a mark until their content was given away.
 *
 * Another container may have the directories in which they are created, and replace a component by a symbolic link
 * after lxops has looked. So a program that creates a directory must not change an existing one, and a program that
 * changes an owner must not follow a link.
 *
 * @module
 */
import { dirname } from "@std/path";
import { refuse } from "../../../base/errors.ts";
import { isWithin } from "../../../base/within.ts";
import type { Owner } from "../../../instance/instance.ts";
import { run, runEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { partialOf } from "../../commands/copy.ts";
import type { LocatedFilesystem } from "../kinds/kind.ts";
import { forEachKind, HOST_KINDS } from "../kinds/mod.ts";
import { directoriesBelow, type Layout } from "../layout.ts";
import { refuseForeignData } from "../data_owner.ts";
import { fillings } from "./fill.ts";
import { type Filling, type FillOptions, isBrought } from "./fill_image.ts";
import {
  changeOwner,
  closeDirectories,
  makeDirectories,
  nameDirectory,
  removeEmptyTrees,
} from "../../commands/host.ts";
import type { DeviceOwner } from "../../instance/idmap.ts";
import type { Resolved } from "../../instance/resolve/resolved.ts";
import { refusePutAway } from "./put_away.ts";
import { closable, openNotes } from "../open_directories.ts";
import { ownedBy, ownerNotes } from "../owner_notes.ts";
import { shiftNotes } from "../shift.ts";
import { holders } from "../freeze.ts";
import { refOf, type World } from "../../world.ts";

/** Steps that create a target's missing filesystems and device directories. */
export interface Creation {
  readonly steps: readonly Step[];
  /** The step that corrects an owner that was assumed, once the instance exists. */
  readonly own?: Step;
  readonly notes: readonly string[];
}

/** Facts about the instance that the directories are for. */
export interface CreationOptions extends FillOptions {
  /** True where its root has the ids of the host's root, as in a privileged container or a virtual machine. */
  readonly hostRoot?: boolean;
  /** True where an earlier run may have left directories that were not given away yet. */
  readonly resume?: boolean;
  /** Owners whom such a run may have assumed, before the daemon reported the ids of the container's root. */
  readonly earlier?: readonly Owner[];
}

/**
 * Plans a target's missing filesystems and device directories, owned by the container's root.
 *
 * @param findOwner called only where something must be created
 */
export function createFilesystems(
  resolved: Resolved,
  layout: Layout,
  findOwner: () => DeviceOwner,
  options: CreationOptions = {},
): Creation {
  const { target, world } = resolved;
  const { hostRoot = false, resume = false, earlier = [] } = options;
  refusePutAway(target, layout, world);
  if (!hostRoot) refuseForeignData(target, layout, world, findOwner);
  const filling = fillings(resolved, layout, options);
  const datasets = layout.filesystems.filter(({ kind, exists, unowned }) =>
    HOST_KINDS[kind].create && (!exists || unowned)
  );
  const directories = newDirectories(layout, world).filter((path) => !isBrought(filling, path));
  refuseRaced(layout, directories, world);
  const roots = datasets.map(({ directory }) => directory).filter((path) => !isBrought(filling, path));
  const tops = newTops(directories, datasets, filling);
  const currentPath = (path: string) => {
    const top = tops.find((one) => isWithin(path, one));
    return top === undefined ? path : partialOf(top) + path.slice(top.length);
  };
  const closed = closable(layout, hostRoot);
  // Root creates them, and root is the owner that the container's root has in a shifted directory.
  const shifted = layout.devices.filter(({ shift }) => shift).map(({ source }) => source);
  const paths = [...new Set([...roots, ...directories])].filter((path) =>
    !shifted.includes(path) && !closed.includes(path)
  );
  const own = paths.length > 0 || resume ? findOwner() : undefined;
  // A run that was cut off before it could ask the daemon may have given them to another owner.
  const before = own?.assumed && resume ? ownedBy(layout, world, own) : [];
  const givenElsewhere = own ? givenToOthers(layout, world, own, earlier) : [];
  const give = [...paths.map(currentPath), ...givenElsewhere];
  const given = datasets.filter(({ directory }) =>
    [...roots, ...directories].some((path) => isWithin(path, directory))
  );
  const steps: Step[] = [
    ...forEachKind(layout.filesystems, ({ create }, own) => create?.resume(own, world) ?? []),
    ...forEachKind(
      layout.filesystems.filter((one) => !one.exists),
      ({ create }, missing) => create?.create(missing, given, filling, world) ?? [],
    ),
    ...filling.whole,
    ...makeSteps({ directories, closed, tops }, currentPath, world),
    ...closeSteps(closed, layout, directories),
    ...(own && give.length > 0
      ? [
        run(
          `Change the owner of ${[...paths, ...givenElsewhere].join(", ")} to the container's root`,
          changeOwner(give, own),
        ),
      ]
      : []),
    ...tops.map((top, index) =>
      run(
        `Rename the new director${isAlone(directories, top) ? "y" : "ies"} in ${dirname(top)} to ${top}`,
        nameDirectory(partialOf(top), top),
        {
          makes: directories.filter((path) => isWithin(path, top)).map((path) => ({
            kind: "directory",
            name: path,
          })),
          ...(index === tops.length - 1 ? { closes: OPENS } : {}),
        },
      )
    ),
    ...forEachKind(given, ({ create }, own) => create ? [create.givenAway(own)] : []),
    ...filling.steps,
  ];
  const notes = [
    ...filling.notes,
    ...shiftNotes(layout, world),
    ...openNotes(layout, world, hostRoot),
    // An instance that exists has what its user gave it.
    ...(resume || !resolved.info && !target.copyOf
      ? ownerNotes(target, layout, world, findOwner, { resume })
      : []),
  ];
  if (!own?.assumed || give.length + before.length === 0) return { steps, notes };
  return {
    steps,
    notes,
    own: {
      title: `Check that the device directories belong to the container's root`,
      effect: {
        kind: "own",
        instance: refOf(target.instance),
        paths: [...paths, ...givenElsewhere, ...before],
        assumed: `${own.uid}:${own.gid}`,
      },
    },
  };
}

/** The opening of new directories that do not have their names yet. */
const OPENS = { kind: "new-directories", name: "" } as const;

/** Returns directories that an earlier run gave to another owner than the container's root, and no other instance uses. */
function givenToOthers(
  layout: Layout,
  world: World,
  own: DeviceOwner,
  earlier: readonly Owner[],
): readonly string[] {
  return earlier.filter(({ uid, gid }) => uid !== own.uid || gid !== own.gid)
    .flatMap((owner) => ownedBy(layout, world, owner))
    .filter((path) => holders(world, path).length === 0);
}

function isAlone(directories: readonly string[], top: string): boolean {
  return directories.filter((path) => isWithin(path, top)).length === 1;
}

/** Directories that do not exist yet. */
interface NewDirectories {
  readonly directories: readonly string[];
  /** Directories among them that only root may enter. */
  readonly closed: readonly string[];
  /** Directories among them that are created beside their places. */
  readonly tops: readonly string[];
}

/** Plans the creation of directories; those that get their names later are created beside their places. */
function makeSteps(
  { directories, closed, tops }: NewDirectories,
  currentPath: (path: string) => string,
  world: World,
): Step[] {
  if (directories.length === 0) return [];
  const partials = tops.map(partialOf);
  const old = partials.filter((path) => world.paths.get(path));
  const undo = partials.length > 0 ? { undo: runEffect(removeEmptyTrees(partials)) } : {};
  const make = (paths: readonly string[], mode: "700" | "755", first: boolean): Step[] =>
    paths.length === 0 ? [] : [
      run(
        `Create director${paths.length === 1 ? "y" : "ies"} ${paths.join(", ")}`,
        makeDirectories(paths.map(currentPath), mode),
        first && partials.length > 0 ? { ...undo, opens: OPENS, partly: true } : {},
      ),
    ];
  const shut = directories.filter((path) => closed.includes(path));
  const open = directories.filter((path) => !closed.includes(path));
  return [
    ...(old.length > 0
      ? [
        run(`Remove ${old.join(", ")}, left by an interrupted run`, removeEmptyTrees(old), {
          advice: old.map((path) =>
            `If there is something in "${path}": look at it, and move it away; lxops needs that name`
          ),
        }),
      ]
      : []),
    ...make(shut, "700", true),
    ...make(open, "755", shut.length === 0),
  ];
}

/** Plans that only root may enter roots which programs create with another mode: of datasets, and of copies. */
function closeSteps(closed: readonly string[], layout: Layout, directories: readonly string[]): Step[] {
  const paths = layout.filesystems.filter(({ exists, unowned, directory }) =>
    (!exists || unowned) && closed.includes(directory) && !directories.includes(directory)
  ).map(({ directory }) => directory);
  return paths.length === 0
    ? []
    : [run(`Close ${paths.join(", ")} to all but root`, closeDirectories(paths))];
}

/**
 * Returns the outermost of new directories, as far as no other step creates something in them before they have their
 * names. Directories in new datasets are created in their places.
 */
function newTops(
  directories: readonly string[],
  datasets: readonly LocatedFilesystem[],
  filling: Filling,
): readonly string[] {
  const others = [
    ...datasets.map(({ directory }) => directory),
    ...filling.whole.flatMap(({ makes = [] }) => makes.map(({ name }) => name)),
  ];
  const outermost = directories.filter((path) =>
    !directories.some((other) => other !== path && isWithin(path, other))
  );
  return outermost.filter((path) =>
    !datasets.some(({ directory }) => isWithin(path, directory)) &&
    !others.some((other) => isWithin(other, path))
  );
}

/** Refuses new directories where a running instance could place a link, which any program that creates them would follow. */
function refuseRaced(layout: Layout, directories: readonly string[], world: World): void {
  for (const path of directories) {
    const home = layout.filesystems.find(({ directory }) => path.startsWith(`${directory}/`));
    if (!home) continue;
    const holder = holders(world, dirname(path)).find(({ source }) => isWithin(source, home.directory));
    if (!holder) continue;
    throw refuse(
      `Cannot create "${path}"`,
      `instance "${holder.name}" runs with "${holder.source}" as a device, and could put a ` +
        `link in its way`,
      [`Stop "${holder.name}" first`],
    );
  }
}

function newDirectories(layout: Layout, world: World): string[] {
  const found = new Set<string>();
  for (const filesystem of layout.filesystems) {
    if (!HOST_KINDS[filesystem.kind].create && !filesystem.exists) found.add(filesystem.directory);
  }
  for (const device of layout.devices) {
    if (!device.in) continue;
    for (const path of directoriesBelow(device.in.directory, device.source)) {
      if (!device.in.exists || device.in.unowned || !world.paths.get(path)) found.add(path);
    }
  }
  return [...found].sort();
}

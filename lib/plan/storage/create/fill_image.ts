/**
 * Content of new filesystems and device directories, and which of them is filled from the image.
 *
 * @module
 */
import { usable } from "../../../instance/parts.ts";
import { ConfigError } from "../../../base/errors.ts";
import type { Step } from "../../../step/step.ts";
import { type Content, contentSteps } from "./extract.ts";
import type { Resolved } from "../../instance/resolve/resolved.ts";
import type { FirstContent } from "../kinds/kind.ts";
import { HOST_KINDS } from "../kinds/mod.ts";
import type { Layout, LocatedDevice } from "../layout.ts";
import { isWithin } from "../../../base/within.ts";
import { problem, type Target, type World } from "../../world.ts";

/** Content of new filesystems and directories, and the steps that bring it there. */
export interface Filling extends FirstContent {
  /** Steps that create whole plain filesystems, before any directory in them is created. */
  readonly whole: readonly Step[];
  /** Steps that fill directories in existing filesystems. */
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  /** Directories that exist, with their owners, once datasets are cloned and the steps are done. */
  readonly brings: {
    /** Directories with everything in them. */
    readonly trees: readonly string[];
    /** Directories by themselves. */
    readonly paths: readonly string[];
  };
}

/** Tells whether a path exists, with its owner, once the steps of a filling are done. */
export function isBrought({ brings: { trees, paths } }: Filling, path: string): boolean {
  return paths.includes(path) || trees.some((tree) => isWithin(path, tree));
}

/** Options of a filling. */
export interface FillOptions {
  /** Fills all devices that have no content yet from the image, and copies nothing else. */
  readonly extract?: boolean;
}

/** The filling of filesystems that start empty. */
export const NOTHING: Filling = {
  clones: new Map(),
  marked: new Set(),
  whole: [],
  steps: [],
  notes: [],
  brings: { trees: [], paths: [] },
};

/**
 * Adds content of the image to a filling.
 *
 * @throws {ConfigError} where one device lies in another that is filled as a whole
 */
export function withContents(
  filling: Filling,
  contents: readonly Content[],
  resolved: Resolved,
  layout: Layout,
): Filling {
  const { target } = resolved;
  const issues = contents.flatMap(({ device, to }) =>
    layout.devices.filter((one) => one.source !== to && isWithin(one.source, to)).map(({ name }) =>
      problem(
        target,
        `devices.${name}`,
        `Device "${name}" lies in device "${device}", which is filled from the image as a whole`,
      )
    )
  );
  if (issues.length > 0) throw new ConfigError(issues);
  return {
    ...filling,
    marked: new Set([
      ...filling.marked,
      ...layout.filesystems.filter(({ path }) => contents.some(({ mounted }) => mounted?.path === path))
        .map(({ id }) => id),
    ]),
    steps: [...filling.steps, ...contentSteps(resolved, contents)],
    brings: { ...filling.brings, trees: [...filling.brings.trees, ...contents.map(({ to }) => to)] },
  };
}

/** Finds the devices that are filled from the image, without those that `isFilled` names. */
export function fromImage(
  layout: Layout,
  world: World,
  isFilled: (device: LocatedDevice) => boolean,
  options: FillOptions = {},
): { readonly contents: readonly Content[]; readonly notes: readonly string[] } {
  const contents: Content[] = [];
  const notes: string[] = [];
  for (const device of layout.devices) {
    const wanted = options.extract ? device.extract || device.in?.transient === false : device.extract;
    if (!device.in || !wanted || isFilled(device)) continue;
    if (contents.some(({ to }) => to === device.source)) continue;
    if (isNew(device, world) || options.extract && world.emptyDirectories?.has(device.source)) {
      contents.push(contentOf(device));
    } else if (options.extract) {
      notes.push(`Device "${device.name}" has content in "${device.source}", which stays as it is`);
    }
  }
  return { contents, notes };
}

/** Returns the content that a device's directory gets from the image. */
export function contentOf(device: LocatedDevice): Content {
  const home = device.in!;
  const root = device.source === home.directory;
  return {
    device: device.name,
    path: device.path,
    to: device.source,
    shift: device.shift,
    root,
    ...(root && HOST_KINDS[home.kind].mount ? { mounted: home } : {}),
  };
}

/** Tells whether a device's directory does not exist yet, or is not complete. */
export function isNew(device: LocatedDevice, world: World): boolean {
  if (!device.in) return false;
  if (!device.in.exists) return true;
  return device.source === device.in.directory
    ? device.in.unfinished === true
    : !world.paths.get(device.source);
}

/** Tells whether the configuration names an image to fall back on; fails where that name is not usable. */
export function hasImage({ instance }: Target): boolean {
  usable(instance, "image");
  return instance.image !== "";
}

/** Tells whether a layout has a filesystem or directory that does not exist yet. */
export function hasNew({ filesystems, devices }: Layout, world: World): boolean {
  return filesystems.some(({ exists }) => !exists) || devices.some((one) => isNew(one, world));
}

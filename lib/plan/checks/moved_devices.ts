/**
 * Comparison of the devices of an existing instance with their places in its configuration: another property, name or
 * pattern would replace its data by an empty directory, or by the data of another instance.
 *
 * @module
 */
import { LxopsError, refuse } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { normalizePath } from "../../instance/patterns/names.ts";
import type { Devices, InstanceInfo } from "../../ports/mod.ts";
import { deviceNow } from "./former_names.ts";
import { diskDevices, type Layout, locate } from "../storage/layout.ts";
import { otherProperties } from "./remembered.ts";
import { renamedAdvice } from "./renamed.ts";
import type { Resolved } from "../instance/resolve/resolved.ts";
import { findInstances } from "./rebuild_parts.ts";
import { placeOf, putAway, putAwayAdvice } from "../storage/create/put_away.ts";
import { volumeKey } from "../storage/kinds/volumes.ts";
import { configuredAt, type Described, type PlanOptions, type Target, type World } from "../world.ts";

/** A device whose source is not where the configuration has it. */
interface Move {
  readonly device: string;
  /** Key of its filesystem; absent where its directory is a path of the host that lxops never makes. */
  readonly filesystem?: string;
  readonly from: string;
  readonly to: string;
  /** True where the source of the configuration exists. */
  readonly made: boolean;
  /** True where the source that the instance has exists. */
  readonly left: boolean;
}

/**
 * Refuses to move a device of an instance to another source, unless the user asks for it or the source itself
 * was moved there. Returns notes about the devices that move.
 *
 * @param action what cannot be done, up to the word "instance"
 * @throws {StateError} that names both places
 */
export function refuseMoves(
  { target, world }: Pick<Resolved, "target" | "world">,
  layout: Layout,
  options: PlanOptions,
  action: string,
): readonly string[] {
  const info = instanceOf(target, world);
  if (!info) return [];
  const moves = movesOf(target, world, info, diskDevices(layout));
  const other = otherProperties(info, target);
  const refused = unallowed(moves, other);
  if (refused.length > 0 && !options.moveDevices) {
    const texts = refused.map(({ device, from, to, made }) =>
      `device "${device}" would move from "${from}" to "${to}"${made ? "" : ", which is yet to be made"}`
    );
    throw refuse(`Cannot ${action} instance "${info.name}"`, texts, [
      ...settings(target, refused),
      ...other,
      ...renamedAdvice(target, world, info),
      "To keep its data, use the -P and --name that it was made with, or move the data there first",
      "To leave the data behind and use the new places, add --move-devices",
    ]);
  }
  const renamed = options.moveDevices ? [] : renamedAdvice(target, world, info);
  if (renamed.length > 0) {
    throw refuse(
      `Cannot ${action} instance "${info.name}"`,
      `it has the profile of another name, and not "${target.instance.ownProfile}"`,
      [...renamed, "If that profile is meant to be there, add --move-devices"],
    );
  }
  return moves.map(({ device, from, to }) => `Device "${device}" moves from "${from}" to "${to}"`);
}

/** A device of an instance whose directory does not exist. */
export interface GoneDevice {
  readonly device: string;
  readonly directory: string;
  /** The directory was deleted, and a mount still shows it. */
  readonly deleted?: true;
}

/** Returns the reason why an instance does not start with a device. */
export function goneText({ device, directory, deleted }: GoneDevice): string {
  return `the directory "${directory}" of its device "${device}" ${
    deleted ? "was deleted, and is seen only because it is still mounted there" : "does not exist"
  }`;
}

/** Returns advice about a directory that was deleted, and is still mounted. */
export function deletedAdvice(directory: string): string {
  return `To take the mount away: umount ${
    quote(directory)
  }; then mount the right directory, and run the same command again`;
}

/** Returns the devices that an instance has as its configuration says, and whose directories do not exist. */
export function goneDevices(
  { target, world }: Pick<Resolved, "target" | "world">,
  layout: Layout,
): readonly GoneDevice[] {
  const info = instanceOf(target, world);
  if (!info) return [];
  return layout.devices.flatMap(({ name, source, in: filesystem }) => {
    const now = info.expandedDevices[name];
    const isHeld = now?.["type"] === "disk" && now["pool"] === undefined && now["source"] === source;
    const found = world.paths.get(source);
    const isGone = found?.deleted || world.paths.has(source) && found === undefined;
    // A dataset that is not mounted has its data, and has its own refusal.
    const isThere = filesystem?.kind === "dataset" && world.datasets.has(filesystem.path);
    return isHeld && isGone && !isThere && filesystem?.transient !== true
      ? [{ device: name, directory: source, ...(found?.deleted ? { deleted: true as const } : {}) }]
      : [];
  });
}

/**
 * Refuses to make directories anew that an instance has: where its data was moved away, empty ones would take its place.
 *
 * @throws {StateError}
 */
export function refuseGone(
  resolved: Pick<Resolved, "target" | "world">,
  layout: Layout,
  action: string,
): void {
  const gone = goneDevices(resolved, layout);
  if (gone.length === 0) return;
  const { target, world } = resolved;
  const { name, project, file } = target.instance;
  const deleted = gone.find((one) => one.deleted);
  const away = putAway(layout, world).find((one) => gone.some(({ directory }) => placeOf(directory, [one])));
  throw refuse(
    `Cannot ${action} instance "${name}"`,
    gone.map(goneText),
    deleted ? [deletedAdvice(deleted.directory)] : away ? putAwayAdvice({ project, name }, file, away) : [
      "If it was moved, move it back, and run the same command again",
      `To begin with empty directories: ${createDevices(target)}`,
    ],
  );
}

/** Returns the command that makes the missing directories of an instance. */
export function createDevices({ instance: { name, project, file } }: Target): string {
  const flag = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return `lxops create-devices --name ${quote(name)}${flag} ${quote(file)}`;
}

/** Returns the moves that take the user's word, as the data of the instance stays where it is. */
function unallowed(moves: readonly Move[], other: readonly string[]): readonly Move[] {
  return moves.filter(({ made, left, filesystem }) =>
    !made || left && (filesystem !== undefined || other.length > 0)
  );
}

/** Returns the names of the devices of an instance that move only with `--move-devices`. */
export function heldDevices(target: Target, world: World, info: InstanceInfo): ReadonlySet<string> {
  const moves = movesOf(target, world, info, lenientDisks(target, world));
  return new Set(unallowed(moves, otherProperties(info, target)).map(({ device }) => device));
}

/**
 * Refuses to work on filesystems of an instance whose devices are elsewhere: they would be the wrong ones.
 *
 * @param which the filesystems to check; all of them by default
 * @throws {StateError} that names both places
 */
export function refuseElsewhere(
  target: Target,
  world: World,
  action: string,
  which: (filesystem: { readonly destroy: boolean }) => boolean = () => true,
): void {
  const info = instanceOf(target, world);
  if (!info) return;
  const concerned = new Set(target.instance.filesystems.filter(which).map(({ id }) => id));
  const moves = movesOf(target, world, info, lenientDisks(target, world)).filter(({ filesystem }) =>
    filesystem !== undefined && concerned.has(filesystem)
  );
  if (moves.length === 0) return;
  const texts = moves.map(({ device, from, to }) =>
    `it has device "${device}" at "${from}", and the configuration says "${to}"`
  );
  throw refuse(`Cannot ${action} instance "${info.name}"`, texts, [
    ...settings(target, moves),
    ...otherProperties(info, target),
    ...renamedAdvice(target, world, info),
    "Use the -P and --name that it was made with",
    ...(action === "destroy"
      ? ["To destroy what the configuration says all the same: first lxops delete, then lxops destroy"]
      : ["To give it the devices of the configuration: lxops profile apply --move-devices"]),
  ]);
}

/** Returns a target's instance; during a rebuild, the instance that has its devices. */
function instanceOf(target: Target, world: World): InstanceInfo | undefined {
  return findInstances(world.instances.values(), target)[0];
}

function movesOf(target: Target, world: World, info: InstanceInfo, disks: Devices): readonly Move[] {
  const { instance } = target;
  return instance.devices.flatMap((device): readonly Move[] => {
    const wanted = disks[device.name];
    const now = wanted && deviceNow(instance, info, device.name, device.path);
    if (!now) return [];
    const [from, to] = [sourceText(now), sourceText(wanted)];
    if (from === to || from === "") return [];
    return [{
      device: device.name,
      ...(device.filesystem === undefined ? {} : { filesystem: device.filesystem }),
      from,
      to,
      made: exists(wanted, world, instance.project),
      // The daemon does not delete a volume that an instance has.
      left: now["pool"] ? true : exists(now, world, instance.project),
    }];
  });
}

/** Returns the source of a disk in the form of a configuration. */
function sourceText({ pool, source = "" }: Readonly<Record<string, string>>): string {
  return pool ? `volume:${pool}/${source}` : source === "" ? "" : normalizePath(source);
}

function exists(
  { pool, source = "" }: Readonly<Record<string, string>>,
  world: World,
  project: string,
): boolean {
  if (!pool) return world.paths.get(normalizePath(source)) !== undefined;
  return world.volumes.has(volumeKey(world, { project, pool, name: source.split("/")[0]! }));
}

/** Returns the disks of a configuration, as far as their filesystems can be located. */
function lenientDisks(target: Target, world: World): Devices {
  const { instance } = target;
  const disksOf = (one: Described): Devices | undefined => {
    try {
      return diskDevices(locate(one, world.datasets, world.paths));
    } catch (error) {
      if (error instanceof LxopsError) return undefined;
      throw error;
    }
  };
  const all = disksOf(target);
  if (all) return all;
  return Object.assign(
    {},
    ...instance.filesystems.map((filesystem) => {
      const devices = instance.devices.filter((device) => device.filesystem === filesystem.id);
      return disksOf({ ...target, instance: { ...instance, filesystems: [filesystem], devices } }) ?? {};
    }),
  );
}

/** Returns the places in the configuration that name the new sources, a line each. */
function settings(target: Target, moves: readonly Move[]): readonly string[] {
  const keys = new Set(
    moves.map(({ device, filesystem }) => filesystem ? `filesystems.${filesystem}` : `devices.${device}`),
  );
  return [...keys].map((key) => configuredAt(target, key));
}

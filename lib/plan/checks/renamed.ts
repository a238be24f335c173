/**
 * Instances that the daemon's own client renamed: they keep the profile and the directories of their old names, so that
 * neither the new name nor the old one leads to a complete instance.
 *
 * @module
 */
import { refuse, type StateError } from "../../base/errors.ts";
import { normalizePath } from "../../instance/patterns/names.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import type { Resolved } from "../instance/resolve/resolved.ts";
import type { Disks } from "../instance/data_disks.ts";
import { roleOf } from "../instance/spare.ts";
import { diskDevices, type Layout } from "../storage/layout.ts";
import { otherUsers } from "../instance/resolve/profile.ts";
import { type Identities, isSame } from "../tree/same.ts";
import { CONFIG_MARK } from "../instance/ownership.ts";
import { EXTRACT_SUFFIX, isKnownNameOf } from "../instance/reserved_names.ts";
import { named, objectKey, type Target, type World } from "../world.ts";

/** Returns the name that a target's instance was created with, where its own profile has another one. */
export function formerName({ instance }: Target, info: InstanceInfo): string | undefined {
  const { name, ownProfile, profiles } = instance;
  // During a rebuild, the instance has a name from lxops.
  if (
    info.name !== name || info.profiles.includes(ownProfile) ||
    !hasName(instance.config.profilePattern || "(instance)")
  ) {
    return undefined;
  }
  const at = ownProfile.indexOf(name);
  if (at < 0) return undefined;
  const [before, after] = [ownProfile.slice(0, at), ownProfile.slice(at + name.length)];
  for (const profile of info.profiles) {
    if (profiles.includes(profile) || profile.length <= before.length + after.length) continue;
    if (profile.startsWith(before) && profile.endsWith(after)) {
      return profile.slice(before.length, profile.length - after.length);
    }
  }
  return undefined;
}

/** Returns advice for an instance that the daemon's client renamed; nothing where it did not. */
export function renamedAdvice(target: Target, world: World, info: InstanceInfo): readonly string[] {
  const former = formerName(target, info);
  if (former === undefined) return [];
  return [
    `Instance "${info.name}" has the profile of "${former}": ${world.backend.client} renamed it`,
    `To give everything of it the new name: ${renameCommand(target, former, info.name)}`,
    `Or give it the old name back: ${world.backend.client} rename ${quote(info.name)} ${quote(former)}`,
  ];
}

function renameCommand({ instance: { file, project } }: Target, from: string, to: string): string {
  const flags = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return `lxops rename --name ${quote(from)}${flags} ${quote(file)} ${quote(to)}`;
}

/**
 * Returns a note about instances that were made from a target's file before that had another `name:`, where there is no
 * instance of the present name yet.
 *
 * @param among the targets of the run, whose names are given by their files
 */
export function earlierNames(target: Target, among: readonly Target[], world: World): readonly string[] {
  const { name, project, config } = target.instance;
  if (world.instances.has(objectKey(project, name))) return [];
  const named = new Set(among.map(({ instance }) => objectKey(instance.project, instance.name)));
  const others = [...world.instances.values()].filter((info) =>
    info.project === (project || "default") && info.config[CONFIG_MARK] === config.file &&
    roleOf(info) === undefined && !named.has(objectKey(project, info.name)) &&
    !isKnownNameOf({ project, name: info.name }, name, world)
  );
  // Several instances were made with --name, as from a template.
  const [other] = others;
  if (!other || others.length > 1) return [];
  const flag = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return [
    `"${other.name}" was made from this file, too, and stays; to delete it: lxops down${flag} ${
      quote(other.name)
    }; ` +
    `to give it the name "${name}" instead: ${renameCommand(target, other.name, name)}`,
  ];
}

/** Tells whether a pattern gives every instance another value. */
export function hasName(pattern: string): boolean {
  return /\((?:project_)?instance\)/.test(pattern);
}

/**
 * Refuses to launch an instance whose directories, which bear its name, another instance has as the same devices: the
 * two would work on one another's data. What is to be shared has patterns without the instance's name, and `--adopt` does
 * not say so. One of the other kind of daemon is in the way while it runs. The data of a container's own directory counts
 * as its own.
 *
 * @throws {StateError}
 */
export function refuseTaken(target: Target, world: World, layout: Layout): void {
  const { instance } = target;
  const disks = ownDisks(target, layout);
  const same = (devices: InstanceInfo["expandedDevices"]) => sharedDisk(devices, disks, world);
  const isMine = (name: string) => isNameOfTarget(target, world, name);
  for (const info of others(target, world)) {
    const disk = same(info.expandedDevices);
    if (disk) throw taken({ target, world }, named(info, instance.project), disk, { info });
  }
  // Instances of other projects are not looked at; the daemon tells who has the profile.
  const profile = world.profiles.get(objectKey(instance.project, instance.ownProfile));
  const disk = profile && same(profile.devices);
  const [user] = disk ? otherUsers(profile.usedBy, isMine, instance.project) : [];
  if (disk && user) throw taken({ target, world }, user, disk);
  refuseOtherDaemon(target, world, disks, "launch");
}

/**
 * Refuses to start an instance that is stopped while another one of either daemon runs with the same data, as
 * `refuseTaken()` does.
 *
 * @throws {StateError}
 */
export function refuseRunning(
  target: Target,
  world: World,
  layout: Layout,
  { action }: { readonly action: string },
): void {
  const disks = ownDisks(target, layout);
  for (const info of others(target, world).filter(({ status }) => status !== "Stopped")) {
    const disk = sharedDisk(info.expandedDevices, disks, world);
    if (!disk) continue;
    throw taken(
      { target, world },
      `${named(info, target.instance.project)}, which runs,`,
      disk,
      { info, action },
    );
  }
  refuseOtherDaemon(target, world, disks, action);
}

function refuseOtherDaemon(target: Target, world: World, disks: Disks, action: string): void {
  for (const info of world.otherDaemon?.instances ?? []) {
    // A stopped one may be the instance that this one replaces. Its volumes are its own, whatever their names are.
    const disk = info.status !== "Stopped" &&
      sharedDisk(info.expandedDevices, disks.filter(([, { pool }]) => pool === undefined), world, true);
    if (!disk) continue;
    const who = `"${info.name}" of ${world.otherDaemon!.title}, which runs,`;
    throw taken({ target, world }, who, disk, { action, isOther: true });
  }
}

/** Returns the disk devices that no other instance is to have: their directories bear the instance's name. */
export function ownDisks(target: Target, layout: Layout): Disks {
  const own = ownDeviceNames(target);
  return Object.entries(diskDevices(layout)).filter(([name]) => own.has(name));
}

/** Returns the names of these devices. */
export function ownDeviceNames(target: Target): ReadonlySet<string> {
  const { devices, config } = target.instance;
  const conventional = conventions(target);
  const own = devices.filter(({ name, filesystem, readonly }) =>
    !readonly && conventional.has(name) ||
    hasName(config.devices[name]?.dir ?? "") ||
    filesystem !== undefined && hasName(config.filesystems[filesystem]?.pattern ?? "")
  );
  return new Set(own.map(({ name }) => name));
}

/**
 * Returns the first of some disks that other devices have, too, to write to.
 *
 * @param anywhere true where the other instance may have it at another path: within one daemon, an instance that saves
 * or shows the data of others has it at a path of its own
 */
export function sharedDisk(
  devices: InstanceInfo["expandedDevices"],
  among: Disks,
  world: Identities,
  anywhere = false,
) {
  return among.find(([, disk]) =>
    Object.values(devices).some((other) =>
      other["type"] === "disk" && other["readonly"] !== "true" && other["pool"] === disk["pool"] &&
      (anywhere || normalizePath(`/${other["path"]}`) === disk["path"]) &&
      (disk["pool"] === undefined
        ? isSame(other["source"] ?? "", disk["source"] ?? "", world)
        : other["source"] === disk["source"])
    )
  );
}

/** Returns the instances of the daemon that are neither a target's own nor parts of its rebuild. */
export function others(target: Target, world: World): readonly InstanceInfo[] {
  const project = target.instance.project || "default";
  return [...world.instances.values()].filter((info) =>
    info.project !== project || !isNameOfTarget(target, world, info.name)
  );
}

function isNameOfTarget({ instance: { project, name: own } }: Target, world: World, name: string): boolean {
  return isKnownNameOf({ project, name }, own, world) || name === `${own}${EXTRACT_SUFFIX}`;
}

/** Returns the names of the devices that the directory of a container gives it. */
function conventions({ loaded: { directory, layers } }: Target): ReadonlySet<string> {
  const layer = directory && layers.find(({ source }) => source.file === directory.shown);
  return new Set(Object.keys(layer?.raw.devices ?? {}));
}

/** Advice on data that two instances of a daemon are to have. */
export const SHARED_DATA =
  "Data that both are to have needs a device of its own in both configurations, at a place " +
  "without their names, as dir: /PATH";

/** Advice on an instance of the other daemon that has the data and runs. */
export const STOP_OTHER = "Stop the other instance first, and run the same command again";

/** Returns the command that deletes an instance and keeps its data. */
export function downCommand({ name, project }: InstanceRef): string {
  const flag = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return `lxops down${flag} ${quote(name)}`;
}

/** The instance that has the data. */
interface Taker {
  readonly info?: InstanceInfo;
  readonly action?: string;
  /** It belongs to the other daemon. */
  readonly isOther?: true;
}

function taken(
  { target, world }: Pick<Resolved, "target" | "world">,
  who: string,
  [device, disk]: [string, Readonly<Record<string, string>>],
  { info, action = "launch", isOther }: Taker = {},
): StateError {
  const { name, ownProfile, project, config, file } = target.instance;
  const isOfFile = info?.project === (project || "default") && info.config[CONFIG_MARK] === config.file;
  const renamed = info?.project === (project || "default") && info.profiles.includes(ownProfile);
  const place = disk["pool"] ? `volume:${disk["pool"]}/${disk["source"]}` : disk["source"];
  return refuse(
    `Cannot ${action} instance "${name}"`,
    `instance ${who} has its device "${device}" ("${place}") already`,
    [
      ...(renamed
        ? [
          `Instance ${who} has the profile of "${name}": ${world.backend.client} renamed it`,
          `To give everything of it the new name: ${renameCommand(target, name, info.name)}`,
          `Or give it the old name back: ${world.backend.client} rename ${quote(info.name)} ${quote(name)}`,
        ]
        : []),
      ...(isOfFile && !renamed
        ? [
          `Instance ${who} was made from "${file}". If it is the one that you mean, add --name ${
            quote(info.name)
          }, or ` +
          `write "name: ${info.name}" into the file`,
          ...(action === "launch"
            ? [`To give it the name "${name}" instead: ${renameCommand(target, info.name, name)}`]
            : []),
        ]
        : []),
      ...(info && !renamed
        ? [
          `If "${name}" is to have its data: ${
            downCommand(info)
          }, which keeps data, and run the same command again`,
        ]
        : []),
      ...(isOther ? [STOP_OTHER] : []),
      SHARED_DATA,
    ],
  );
}

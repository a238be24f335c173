/**
 * Plans `rename`: an instance, its filesystems and its profile get the names that its configuration gives them
 * under another name. What is in the way is found first; a step that fails takes all before it back; a run that
 * was cut off has left a mark on the instance, by which the same command goes on.
 *
 * @module
 */
import { noInstance } from "../../base/missing.ts";
import { NOTHING_CHANGED, refuse, UsageError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { InstanceInfo, InstanceRef, ProfileInfo } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { snapshotsBeside, users } from "../storage/usage.ts";
import { downtime } from "../instance/power/downtime.ts";
import { asMade, diskDevices, locate } from "../storage/layout.ts";
import { refuseElsewhere, refuseGone } from "../checks/moved_devices.ts";
import { refused, refuseParts, running } from "./rename_refusals.ts";
import { nameNote } from "../checks/directory_name.ts";
import { isOwn, isRunning, ownInstance } from "../instance/ownership.ts";
import { ownContent } from "../instance/resolve/own_profile.ts";
import { outcomeOf } from "../instance/resolve/resolved.ts";
import { withKeptContent } from "../record/kept.ts";
import { recordRenamed } from "../record/renamed.ts";
import { otherUsers, profileStep, same } from "../instance/resolve/profile.ts";
import { asMounted, moveFilesystems, type Moves } from "../storage/rename.ts";
import { patchInstance, renameInstance, renameProfile, updateProfile } from "../requests/instances.ts";
import { refuseHeld, RENAME_MARK } from "../runs.ts";
import { refuseSwapName } from "../instance/reserved_names.ts";
import { addressesOf, type NotedAddresses } from "../instance/exclusive_settings.ts";
import { hasGivenUp } from "../instance/given_up.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";

/** Options of the command line for a rename. */
export interface RenameOptions extends PlanOptions {
  /** The same configuration under the new name. */
  readonly renamed: Target;
}

/** An instance under its old and its new name. */
interface Rename {
  readonly target: Target;
  readonly renamed: Target;
  readonly world: World;
  readonly info: InstanceInfo;
}

/** State in which a rename begins. */
interface Found {
  readonly info: InstanceInfo;
  /** The instance has its new name already. */
  readonly there: boolean;
  /** An earlier run began with it. */
  readonly resume: boolean;
}

/** Plans a rename. */
export function planRename(target: Target, world: World, options: RenameOptions): InstancePlan {
  const { renamed } = options;
  const [from, to] = [refOf(target.instance), refOf(renamed.instance)];
  if (from.name === to.name) throw new UsageError(`Cannot rename "${from.name}" to the same name`);
  refuseSwapName(to.name);
  const mark = markOf(target, renamed);
  const found = find(target, renamed, world, options);
  const { info, there, resume } = found;
  if (!resume && !there) {
    refuseElsewhere(target, world, "rename");
    refuseGone({ target, world }, locate(target, asMounted(world.datasets), world.paths), "rename");
  }
  const moves = moveFilesystems(target, renamed, world, { adopt: options.adopt, resume });
  refuseParts(target, to, world);
  const key = (name: string) => objectKey(from.project, name);
  const [oldProfile, newProfile] = [target.instance.ownProfile, renamed.instance.ownProfile];
  const old = world.profiles.get(key(oldProfile));
  const taken = oldProfile !== newProfile && world.profiles.has(key(newProfile));
  const others = resume || there ? without(world, key(to.name), key(newProfile)) : world;
  const existing = [
    ...moves.taken.map((path) => `"${path}" exists`),
    ...(taken && (!resume || old) ? [`profile "${newProfile}" exists`] : []),
  ];
  const problems = [
    ...moves.problems,
    ...otherUsers(old?.usedBy ?? [], (name) => name === from.name || name === to.name, from.project).map((
      who,
    ) => `profile "${oldProfile}" is used by ${who}`),
    ...moves.moving.flatMap((one) => [one, ...snapshotsBeside(one, world)])
      .flatMap((one) => users(target, others, one).map((who) => `${who} ("${one.path}")`)),
  ];
  if (existing.length + problems.length > 0) throw refused(from, to, { existing, problems });
  const addresses = !resume || hasGivenUp(info) ? addressesOf(info, old?.devices ?? {}) : undefined;
  const rename = { target, renamed, world, info };
  const change = [
    ...(resume ? [] : [
      markStep(
        there ? to : from,
        world.thisRun === undefined ? mark : `${mark} ${world.thisRun}`,
        addresses,
      ),
    ]),
    ...(there ? [] : [renameStep(from, to)]),
    ...profileSteps(rename, moves),
    ...(addresses ? [addressStep(to, addresses)] : []),
  ];
  // With nothing left to move, an interrupted run had reached the start, or a later step.
  const idle = change.length === 0;
  if (isRunning(info) && !idle && !options.force) throw running(info);
  const pause = downtime(info, options.stopSeconds, world, to);
  const unmark = send(
    `Remove the note that instance ${to.name} was renamed`,
    patchInstance(to, { config: { [RENAME_MARK]: "", ...recordAfter(rename, moves) } }),
  );
  const restart = idle && isRunning(info) ? pause.after.slice(1) : pause.after;
  const steps = [...(idle ? [] : pause.before), ...change, ...restart, unmark];
  return { instance: from, steps, atomic: true, ...nameNote(target, to) };
}

/** Returns a world without the instance and the profile that already have their new names. */
function without(world: World, instance: string, profile: string): World {
  return {
    ...world,
    instances: new Map([...world.instances].filter(([key]) => key !== instance)),
    profiles: new Map([...world.profiles].filter(([key]) => key !== profile)),
  };
}

function find(target: Target, renamed: Target, world: World, options: PlanOptions): Found {
  const { instance } = target;
  const mark = markOf(target, renamed);
  const cannot = `Cannot rename "${instance.name}"`;
  const old = ownInstance(target, world, "rename", options);
  const other = world.instances.get(objectKey(instance.project, renamed.instance.name));
  if (old && other) {
    throw refuse(cannot, `instance "${other.name}" exists`, [
      `Choose another name; to see what has this one: lxops instance info ${quote(other.name)}`,
    ], "exists");
  }
  const resume = (info: InstanceInfo) => `${info.config[RENAME_MARK] ?? ""} `.startsWith(`${mark} `);
  if (old) return { info: old, there: false, resume: resume(old) };
  if (other) refuseHeld(other, world, `rename "${instance.name}"`);
  if (other && resume(other)) return { info: other, there: true, resume: true };
  // The daemon's own client renamed it, and left its profile and filesystems as they were.
  if (other?.profiles.includes(instance.ownProfile) && isOwn(other, target)) {
    return { info: other, there: true, resume: false };
  }
  throw noInstance(instance, { advice: [NOTHING_CHANGED] });
}

/** Returns the start of the note on an instance that is being renamed. */
function markOf(target: Target, renamed: Target): string {
  return `${target.instance.name} ${renamed.instance.name}`;
}

function markStep(ref: InstanceRef, mark: string, addresses: NotedAddresses | undefined): Step {
  return send(
    `Note that instance ${ref.name} is being renamed`,
    patchInstance(ref, { config: { [RENAME_MARK]: mark, ...addresses?.note } }),
    {
      // Undone last, when the NICs are there again.
      undo: sendEffect(patchInstance(ref, { config: { [RENAME_MARK]: "", ...addresses?.back } })),
    },
  );
}

function addressStep(ref: InstanceRef, { back }: NotedAddresses): Step {
  return send(`Set network addresses of instance ${ref.name}`, patchInstance(ref, { config: back }));
}

function renameStep(from: InstanceRef, to: InstanceRef): Step {
  return send(`Rename instance ${from.name} to ${to.name}`, renameInstance(from, to.name), {
    undo: sendEffect(renameInstance(to, from.name)),
    makes: [{ kind: "instance", ...to }],
  });
}

/**
 * Plans the changes of profiles around the moves. The instance has no profile of its own while its
 * directories move, because the daemon refuses a profile whose directories do not exist.
 */
function profileSteps(
  { target, renamed, world, info }: Rename,
  moves: Moves,
): Step[] {
  const ref = refOf(renamed.instance);
  const { project } = ref;
  const [oldName, newName] = [target.instance.ownProfile, renamed.instance.ownProfile];
  const { old, present, content } = contentAfter({ target, renamed, world, info }, moves);
  const apart = present && moves.detaches ? withoutVolumes(present) : undefined;
  const profiles = new Map(world.profiles);
  if (present) profiles.set(objectKey(project, newName), { ...apart ?? present, name: newName, usedBy: [] });
  const update = profileStep(
    renamed,
    { ...world, profiles },
    content,
  );
  const without = info.profiles.filter((name) => name !== oldName && name !== newName);
  const place = info.profiles.findIndex((name) => name === oldName || name === newName);
  const at = place < 0 ? without.length : place;
  const wanted = [...without.slice(0, at), newName, ...without.slice(at)];
  const attached = info.profiles.join("\n") === wanted.join("\n");
  const rename = old && oldName !== newName;
  if (moves.steps.length === 0 && !rename && !update && attached) return [];
  const set = (names: readonly string[]) => sendEffect(patchInstance(ref, { profiles: names }));
  return [
    ...(place >= 0
      ? [{
        title: `Remove profile ${info.profiles[place]} from instance ${ref.name}`,
        effect: set(without),
        undo: set(info.profiles),
      }]
      : []),
    ...(present && apart ? takeVolumes(project, present, apart) : []),
    ...moves.steps,
    ...(rename
      ? [
        send(`Rename profile ${oldName} to ${newName}`, renameProfile(project, oldName, newName), {
          undo: sendEffect(renameProfile(project, newName, oldName)),
        }),
      ]
      : []),
    ...(update ? [update] : []),
    { title: `Add profile ${newName} to instance ${ref.name}`, effect: set(wanted), undo: set(without) },
  ];
}

/** Returns the own profile that there is, and what is to be in it under the new name. */
function contentAfter({ target, renamed, world, info }: Rename, moves: Moves) {
  const { project } = renamed.instance;
  const old = world.profiles.get(objectKey(project, target.instance.ownProfile));
  const present = old ?? world.profiles.get(objectKey(project, renamed.instance.ownProfile));
  const wanted = ownContent(renamed, world, diskDevices(layoutAfter(renamed, world, moves)));
  return { old, present, wanted, content: withKeptContent(wanted, info, present) };
}

/** Returns the key that brings the instance's record up to date. */
function recordAfter(rename: Rename, moves: Moves): Readonly<Record<string, string>> {
  const { target, renamed, world, info } = rename;
  const { present, wanted, content } = contentAfter(rename, moves);
  const before = outcomeOf(() =>
    ownContent(target, world, diskDevices(locate(target, asMade(world.datasets), world.paths)))
  );
  if (!("value" in before)) return {};
  const live = present ?? before.value;
  return recordRenamed(
    info,
    { profile: target.instance.ownProfile, wanted: before.value, live },
    { profile: renamed.instance.ownProfile, wanted, live: content },
  );
}

function withoutVolumes(profile: ProfileInfo): ProfileInfo {
  const devices = Object.entries(profile.devices).filter(([, { type, pool, path }]) =>
    type !== "disk" || !pool || path === "/"
  );
  return { ...profile, devices: Object.fromEntries(devices) };
}

/**
 * Returns the step that removes volumes from a profile. The daemon writes a volume's new name into profiles
 * before it renames the volume, and leaves it there where the rename fails.
 */
function takeVolumes(project: string, present: ProfileInfo, apart: ProfileInfo): Step[] {
  if (same(present.devices, apart.devices)) return [];
  const update = (
    { name, description, config, devices }: ProfileInfo,
  ) => sendEffect(updateProfile(project, name, { description, config, devices }));
  return [{
    title: `Remove volumes from profile ${present.name}`,
    effect: update(apart),
    undo: update(present),
  }];
}

function layoutAfter(renamed: Target, world: World, moves: Moves) {
  const layout = locate(renamed, asMounted(world.datasets), world.paths);
  const devices = layout.devices.map((device) => {
    const directory = device.in && moves.directories.get(device.in.id);
    return device.in && directory !== undefined
      ? { ...device, source: directory + device.source.slice(device.in.directory.length) }
      : device;
  });
  return { ...layout, devices };
}

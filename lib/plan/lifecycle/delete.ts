/**
 * Plans `delete` and `destroy`. Refusals come before the first change, and the filesystems are destroyed last: a plan
 * stops at its first failure, so they are never reached when the instance could not be deleted.
 *
 * @module
 */
import { formatIssue, type LxopsError, refuse, StateError } from "../../base/errors.ts";
import type { InstanceInfo, InstanceRef, ProfileInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { quote } from "../../base/shell.ts";
import { destroyFilesystems } from "../storage/destroy.ts";
import { extractLeftover } from "../storage/create/extract.ts";
import { earlierNames } from "../checks/renamed.ts";
import { refuseElsewhere } from "../checks/moved_devices.ts";
import { isRunning, ownInstance } from "../instance/ownership.ts";
import { foreignNote, isForeign, otherUsers } from "../instance/resolve/profile.ts";
import { pendingNotes } from "../instance/pending_note.ts";
import { refuseProtected } from "../instance/protection.ts";
import { isAside, roleOf } from "../instance/spare.ts";
import { deleteInstance, deleteProfile } from "../requests/instances.ts";
import { stopStep } from "../instance/power/stop.ts";
import { partsOf } from "../checks/rebuild_parts.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";

/** Options of the command line for a deletion. */
export interface DeleteOptions extends PlanOptions {
  /** Fail where there is nothing to delete. */
  readonly mustExist?: boolean;
  /** The command line gives the name of the instance. */
  readonly named?: boolean;
}

/** Plans the deletion of an instance and its profile; its filesystems stay. */
export function planDelete(target: Target, world: World, options: DeleteOptions): InstancePlan {
  const steps = instanceSteps(target, world, options, "delete");
  if (steps.length === 0) return nothing(target, world, "delete", options);
  const unknown = target.instance.unusable?.get("filesystems") ?? [];
  const { file } = target.instance;
  const gone = goneWith(target, world);
  const notes = [
    ...foreignNotes(target, world, gone),
    ...pendingNotes(gone, refOf(target.instance), file),
    ...unknown.map((issue) => `A filesystem stays whose path is not known: ${formatIssue(issue)}`),
    ...laterAdvice(target, world),
  ];
  return { instance: refOf(target.instance), steps, ...(notes.length > 0 ? { notes } : {}) };
}

/** Returns an instance with those of its rebuilds. */
function goneWith(target: Target, world: World): readonly InstanceInfo[] {
  const info = world.instances.get(objectKey(target.instance.project, target.instance.name));
  return [...(info ? [info] : []), ...partsOf(target, world)];
}

/**
 * Returns the commands that mean the same filesystems later: the properties noted on the instance are deleted with it, and
 * without them its configuration may mean other directories.
 */
function laterAdvice(target: Target, world: World): readonly string[] {
  const { name, project, file, sets, filesystems } = target.instance;
  const info = world.instances.get(objectKey(project, name));
  const properties = Object.entries(sets).map(([key, value]) => `-P ${quote(`${key}=${value}`)}`).join(" ");
  if (!info || properties === "") return [];
  const where = project && project !== "default" ? ` --project ${quote(project)}` : "";
  const words = `${properties} --name ${quote(name)}${where} ${quote(file)}`;
  return [
    `It was made with ${properties}, which the next launch does not know. To make it again as it was: lxops launch ${words}`,
    ...(filesystems.some(({ destroy }) => destroy)
      ? [`To destroy its filesystems later: lxops destroy ${words}`]
      : []),
  ];
}

/** Plans the deletion of an instance, its profile, and its filesystems that say `destroy: true`. */
export function planDestroy(target: Target, world: World, options: DeleteOptions): InstancePlan {
  const steps = instanceSteps(target, world, options, "destroy");
  refuseElsewhere(target, world, "destroy", ({ destroy }) => destroy);
  const { steps: destruction, notes: left } = destroyFilesystems(target, world);
  steps.push(...destruction);
  if (steps.length === 0) return nothing(target, world, "destroy", options);
  const notes = [...foreignNotes(target, world, goneWith(target, world)), ...left];
  return { instance: refOf(target.instance), steps, ...(notes.length > 0 ? { notes } : {}) };
}

function instanceSteps(target: Target, world: World, options: PlanOptions, action: string): Step[] {
  const { instance } = target;
  const info = ownInstance(target, world, action, options);
  const swapped = partsOf(target, world);
  const extracted = extractLeftover(target, world);
  const gone = [...(info ? [info] : []), ...swapped, ...(extracted ? [extracted] : [])];
  const steps: Step[] = [];
  for (const one of gone) {
    const ref: InstanceRef = { project: instance.project, name: one.name };
    // A stop deletes an ephemeral instance even where it is protected.
    refuseProtected(one, world, action);
    if (isRunning(one)) {
      if (!options.force) throw running(one, action);
      steps.push(stopStep(ref, options.stopSeconds));
    }
    // The daemon deletes an ephemeral instance when it stops.
    if (one.ephemeral && isRunning(one)) continue;
    steps.push(
      send(`Delete instance ${one.name}${isAside(one) ? asideWords(one) : ""}`, deleteInstance(ref), {
        commits: true,
        removes: [{ kind: "instance", ...ref }],
      }),
    );
  }
  const profile = world.profiles.get(objectKey(instance.project, instance.ownProfile));
  if (profile && profile !== foreignProfile(target, world, gone)) {
    const others = otherUsers(
      profile.usedBy,
      (name) => gone.some((one) => one.name === name),
      instance.project,
    );
    if (others.length > 0) {
      throw refuse(
        `Cannot ${action} profile "${profile.name}" of instance "${instance.name}"`,
        `it is used by ${others.join(", ")}`,
        [`Take it from there first, and run the same command again; to show it: lxops profile export ${
          quote(profile.name)
        }`],
      );
    }
    steps.push(
      send(`Delete profile ${profile.name}`, deleteProfile(instance.project, profile.name), {
        removes: [{ kind: "profile", project: instance.project, name: profile.name }],
      }),
    );
  }
  return steps;
}

/** Returns a target's own profile where a user made it and no instance that is deleted has it. */
function foreignProfile(
  { instance }: Target,
  { profiles }: World,
  gone: readonly InstanceInfo[],
): ProfileInfo | undefined {
  const found = profiles.get(objectKey(instance.project, instance.ownProfile));
  const isLeft = found !== undefined && !gone.some((one) => one.profiles.includes(found.name));
  return isLeft && isForeign(found, instance.config.file) ? found : undefined;
}

/** Returns a note about a profile that stays. */
function foreignNotes(target: Target, world: World, gone: readonly InstanceInfo[]): readonly string[] {
  const left = foreignProfile(target, world, gone);
  return left ? [foreignNote(left, world.backend.client)] : [];
}

function asideWords(info: InstanceInfo): string {
  return roleOf(info) === "spare" ? ", a spare" : ", of a rebuild that failed";
}

function running(info: InstanceInfo, action: string): LxopsError {
  return refuse(`Cannot ${action} instance "${info.name}"`, `it is ${info.status.toLowerCase()}`, [
    "To stop it first, add --force",
  ]);
}

/**
 * Returns an empty plan, so that a script can run twice, unless the user asked for an error. It names the instance that was
 * made from the file while that had another name.
 */
function nothing(
  target: Target,
  world: World,
  action: "delete" | "destroy",
  { mustExist, named }: DeleteOptions,
): InstancePlan {
  const { instance } = target;
  const foreign = foreignNotes(target, world, []);
  const message =
    `Nothing to ${action}: there is no instance "${instance.name}", no profile "${instance.ownProfile}"` +
    `${foreign.length > 0 ? " of lxops" : ""}` +
    `${action === "destroy" ? " and no filesystem of it that says destroy: true" : ""}`;
  const earlier = named ? [] : earlierNames(target, [target], world);
  if (mustExist) throw new StateError(message, { kind: "missing", advice: [...foreign, ...earlier] });
  return { instance: refOf(instance), steps: [], notes: [message, ...foreign, ...earlier] };
}

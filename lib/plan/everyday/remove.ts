/**
 * Plans the deletion of an instance without a configuration file: one that `create` made, or whose file is missing.
 * Only a file names the filesystems of an instance, so they stay.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import type { InstanceInfo, InstanceRef, ProfileInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { hasMark, isRunning, refuseUnreachable } from "../instance/ownership.ts";
import { isForeign, otherUsers } from "../instance/resolve/profile.ts";
import { DELETE_PROTECTION, isProtected } from "../instance/protection.ts";
import { pendingNotes } from "../instance/pending_note.ts";
import { isPartOf } from "../instance/reserved_names.ts";
import { roleOf } from "../instance/spare.ts";
import { stopStep } from "../instance/power/stop.ts";
import { deleteInstance, deleteProfile } from "../requests/instances.ts";

/** Options of a deletion. */
export interface RemoveOptions {
  /** Also delete an instance that lxops did not make. */
  readonly adopt: boolean;
  readonly stopSeconds: number;
}

/** The other objects in the project of an instance. */
export interface RemoveSurroundings {
  readonly instances: readonly InstanceInfo[];
  readonly profiles: readonly ProfileInfo[];
}

/**
 * Plans the deletion of the leftovers of a deleted instance: spares and leftovers of rebuilds, and its profile. Plans
 * nothing where there are none, or others have them.
 *
 * @throws {StateError} where something of that is protected
 */
export function planRemoveLeft(
  instance: InstanceRef,
  around: RemoveSurroundings,
  { stopSeconds }: RemoveOptions,
): InstancePlan | undefined {
  const parts = partsIn(around, instance.name);
  const steps = [
    ...parts.flatMap((one) => deleteSteps(one, stopSeconds)),
    ...profileSteps(instance, around, parts),
  ];
  if (steps.length === 0) return undefined;
  const left = parts.length > 0 ? "this is left of it" : "its profile is left";
  return { instance, steps, notes: [`There is no instance "${instance.name}"; ${left}`] };
}

/** Returns the spares and leftovers of an instance's rebuilds. */
function partsIn({ instances }: RemoveSurroundings, name: string): readonly InstanceInfo[] {
  return instances.filter((one) => one.name !== name && isPartOf(one, name) === "yes" && hasMark(one));
}

/** Returns the steps that delete an instance. */
function deleteSteps(info: InstanceInfo, stopSeconds: number): Step[] {
  const ref: InstanceRef = { project: info.project, name: info.name };
  refuseUnreachable(info, "delete");
  if (isProtected(info)) {
    throw refuse(`Cannot delete instance "${info.name}"`, `${DELETE_PROTECTION} protects it`, [
      `To remove the protection: lxops instance set ${info.name} ${DELETE_PROTECTION}=`,
    ]);
  }
  // The daemon deletes an ephemeral instance when it stops.
  const isGone = info.ephemeral && isRunning(info);
  return [
    ...(isRunning(info) ? [stopStep(ref, stopSeconds)] : []),
    ...(isGone ? [] : [
      send(
        `Delete instance ${info.name}${roleOf(info) === "spare" ? ", a spare" : ""}`,
        deleteInstance(ref),
        {
          commits: true,
          removes: [{ kind: "instance", ...ref }],
        },
      ),
    ]),
  ];
}

function ownProfileOf({ name }: InstanceRef): string {
  return `${name}.lxops`;
}

/** Tells whether a user made a profile, and none of the deleted instances has it. */
function isLeftAlone(profile: ProfileInfo, gone: readonly InstanceInfo[]): boolean {
  return isForeign(profile, undefined) && !gone.some((one) => one.profiles.includes(profile.name));
}

/** Returns the step that deletes the own profile of an instance; none where others have it. */
function profileSteps(
  ref: InstanceRef,
  { profiles }: RemoveSurroundings,
  gone: readonly InstanceInfo[],
): Step[] {
  const { project } = ref;
  const found = profiles.find(({ name }) => name === ownProfileOf(ref));
  if (!found) return [];
  const others = otherUsers(found.usedBy, (name) => gone.some((one) => one.name === name), project);
  if (others.length > 0 || isLeftAlone(found, gone)) return [];
  return [
    send(`Delete profile ${found.name}`, deleteProfile(project, found.name), {
      removes: [{ kind: "profile", project, name: found.name }],
    }),
  ];
}

/**
 * Plans the deletion of an instance, of its spares and leftovers of rebuilds, and of the profile that only they have.
 *
 * @throws {StateError} where one of them is protected, or lxops did not make it
 */
export function planRemove(
  info: InstanceInfo,
  around: RemoveSurroundings,
  { adopt, stopSeconds }: RemoveOptions,
): InstancePlan {
  const instance: InstanceRef = { project: info.project, name: info.name };
  const ownProfile = ownProfileOf(instance);
  refuseUnreachable(info, "delete");
  if (!adopt && !hasMark(info) && !info.profiles.includes(ownProfile)) {
    throw refuse(
      `Cannot delete instance "${info.name}"`,
      "it was not made by lxops (it has no user.lxops.* key)",
      [
        "If it is this one that you mean, add --adopt",
      ],
    );
  }
  const gone = [info, ...partsIn(around, info.name)];
  const notes = pendingNotes(gone, instance);
  return {
    instance,
    ...(notes.length > 0 ? { notes } : {}),
    steps: [
      ...gone.flatMap((one) => deleteSteps(one, stopSeconds)),
      ...(info.profiles.includes(ownProfile) ? profileSteps(instance, around, gone) : []),
    ],
  };
}

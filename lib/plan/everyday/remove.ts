/**
 * Plans the deletion of an instance of which there is no configuration file: one that `create` made, or whose file is
 * gone. Only a file says which filesystems an instance has, so they stay.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import type { InstanceInfo, InstanceRef, ProfileInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { hasMark, isRunning, refuseUnreachable } from "../instance/ownership.ts";
import { otherUsers } from "../instance/resolve/profile.ts";
import { DELETE_PROTECTION, isProtected } from "../instance/protection.ts";
import { stopStep } from "../instance/stop.ts";
import { deleteInstance, deleteProfile } from "../requests/instances.ts";

/** Options of a deletion. */
export interface RemoveOptions {
  /** Also delete an instance that lxops did not make. */
  readonly adopt: boolean;
  readonly stopSeconds: number;
}

/**
 * Plans the deletion of the profile of an instance that is gone, which a run that was cut off left; nothing where there
 * is none, or others have it.
 */
export function planLeftProfile(
  instance: InstanceRef,
  profiles: readonly ProfileInfo[],
): InstancePlan | undefined {
  const left = profiles.find(({ name }) => name === ownProfileOf(instance));
  if (!left || otherUsers(left.usedBy, () => false, instance.project).length > 0) return undefined;
  return {
    instance,
    steps: [profileStep(instance, left.name)],
    notes: [`There is no instance "${instance.name}"; its profile is left`],
  };
}

function ownProfileOf({ name }: InstanceRef): string {
  return `${name}.lxops`;
}

function profileStep({ project }: InstanceRef, name: string): Step {
  return send(`Delete profile ${name}`, deleteProfile(project, name), {
    removes: [{ kind: "profile", project, name }],
  });
}

/**
 * Plans the deletion of an instance, and of the profile that only it has.
 *
 * @throws {StateError} where it is protected, or lxops did not make it
 */
export function planRemove(
  info: InstanceInfo,
  profiles: readonly ProfileInfo[],
  { adopt, stopSeconds }: RemoveOptions,
): InstancePlan {
  const instance: InstanceRef = { project: info.project, name: info.name };
  const what = `Cannot delete instance "${info.name}"`;
  const ownProfile = ownProfileOf(instance);
  refuseUnreachable(info, "delete");
  if (!adopt && !hasMark(info) && !info.profiles.includes(ownProfile)) {
    throw refuse(what, "it was not made by lxops (it has no user.lxops.* key)", [
      "If it is this one that you mean, add --adopt",
    ]);
  }
  if (isProtected(info)) {
    throw refuse(what, `${DELETE_PROTECTION} protects it`, [
      `To remove the protection: lxops instance set ${info.name} ${DELETE_PROTECTION}=`,
    ]);
  }
  // The daemon deletes an ephemeral instance when it stops.
  const isGone = info.ephemeral && isRunning(info);
  const profile = profiles.find(({ name }) => name === ownProfile && info.profiles.includes(name));
  const isShared = profile &&
    otherUsers(profile.usedBy, (name) => name === info.name, info.project).length > 0;
  return {
    instance,
    steps: [
      ...(isRunning(info) ? [stopStep(instance, stopSeconds)] : []),
      ...(isGone ? [] : [
        send(`Delete instance ${info.name}`, deleteInstance(instance), {
          commits: true,
          removes: [{ kind: "instance", ...instance }],
        }),
      ]),
      ...(profile && !isShared ? [profileStep(instance, ownProfile)] : []),
    ],
  };
}

/**
 * Rules for which instances lxops may change.
 *
 * @module
 */
import { refuse, ServerError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { PROPERTIES_MARK } from "../../instance/patterns/remembered.ts";
import { refuseHeld } from "../runs.ts";
import { CONFIG_MARK, IMAGE_MARK } from "./marks.ts";
import { objectKey, type PlanOptions, type Target, type World } from "../world.ts";

export { CONFIG_MARK, IMAGE_MARK };

/** The instance key that tells how far a rebuild came. */
export const STATE_MARK = "user.lxops.state";
/** The value of the state mark of an instance that came back after a rebuild that failed. */
export const RETURNED = "returned";
/** The value of the state mark of a spare that came back. */
export const SWAPPED = "swapped";

/** Returns the marks of an instance of this target. */
export function marks(target: Target): Readonly<Record<string, string>> {
  return {
    ...(target.instance.config.file === "" ? {} : { [CONFIG_MARK]: target.instance.config.file }),
    ...(target.instance.image ? { [IMAGE_MARK]: target.instance.image } : {}),
    ...(Object.keys(target.instance.sets).length > 0
      ? { [PROPERTIES_MARK]: JSON.stringify(target.instance.sets) }
      : {}),
  };
}

/** Tells whether an instance or a volume carries a mark of lxops. */
export function hasMark({ config }: Pick<InstanceInfo, "config">): boolean {
  return Object.keys(config).some((key) => key.startsWith("user.lxops."));
}

/** Tells whether an instance carries a mark of lxops, or the target's own profile as the Go lxops leaves it. */
export function isOwn(info: InstanceInfo, target: Target): boolean {
  return hasMark(info) || hasOwnProfile(info, target);
}

/**
 * Tells whether an instance has the target's own profile. The default profile does not count, as every
 * instance has it.
 */
export function hasOwnProfile(info: InstanceInfo, target: Pick<Target, "instance">): boolean {
  const { ownProfile } = target.instance;
  return ownProfile !== "default" && info.profiles.includes(ownProfile);
}

/**
 * Tells whether a daemon ended while it created an instance. The last that it does is a note to apply the templates at
 * the first start; an instance that lacks it and has never been started has no root filesystem, or only a part of one.
 */
export function isIncomplete({ status, config }: InstanceInfo): boolean {
  return status === "Stopped" && config["volatile.apply_template"] === undefined &&
    config["volatile.last_state.power"] === undefined && config["volatile.base_image"] !== undefined;
}

/** Tells whether an instance is a virtual machine. */
export function isMachine(info: InstanceInfo): boolean {
  return info.type === "virtual-machine";
}

/** Tells whether the daemon knows only an instance's name, because its cluster member does not answer. */
export function isUnreachable({ status, config, profiles }: InstanceInfo): boolean {
  return status === "Error" && Object.keys(config).length === 0 && profiles.length === 0;
}

/**
 * Refuses an instance of which nothing but the name is known, instead of calling it foreign.
 *
 * @throws {StateError}
 */
export function refuseUnreachable(info: InstanceInfo, action: string): void {
  if (!isUnreachable(info)) return;
  const where = info.location === undefined ? "its cluster member" : `its cluster member "${info.location}"`;
  throw new ServerError(
    `Cannot ${action} instance "${info.name}": ${where} does not answer, and without it the daemon knows no more ` +
      "than the instance's name",
    { advice: ["Nothing was changed.", "Bring the member back, and run the same command again"] },
  );
}

/** Tells whether an instance has processes: it runs or is frozen. */
export function isRunning(info: InstanceInfo): boolean {
  return info.status !== "Stopped";
}

/** Returns advice to start an instance that does not run. */
export function startAdvice(
  { name, project, status }: Pick<InstanceInfo, "name" | "project" | "status">,
): string[] {
  if (status !== "Stopped") return [];
  return [
    `Start it with: lxops instance start${
      project && project !== "default" ? ` --project ${project}` : ""
    } ${name}`,
  ];
}

/** Returns the configuration file that an instance was created from, where it is not the target's. */
export function otherConfig(info: InstanceInfo, target: Target): string | undefined {
  const file = info.config[CONFIG_MARK];
  return file && file !== target.instance.config.file ? file : undefined;
}

/**
 * Returns the target's instance, where it exists and lxops may change it.
 *
 * @throws {StateError} where it exists and is not lxops' own
 */
export function ownInstance(
  target: Target,
  world: World,
  action: string,
  options: PlanOptions,
): InstanceInfo | undefined {
  const { instance } = target;
  const info = world.instances.get(objectKey(instance.project, instance.name));
  if (info) refuseUnreachable(info, action);
  if (info && !options.adopt && !isOwn(info, target)) {
    throw refuse(
      `Cannot ${action} instance "${instance.name}"`,
      "it was not made by lxops (it has neither a user.lxops.* key " +
        `nor profile "${instance.ownProfile}")`,
      [`If it is this one that you mean, add --adopt`],
    );
  }
  if (info) refuseHeld(info, world, `${action} instance "${instance.name}"`);
  return info;
}

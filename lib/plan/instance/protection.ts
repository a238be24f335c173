/**
 * Protection of instances by keys of their own or of their profiles. It is checked before the first change:
 * the daemon itself would refuse only after the instance was stopped.
 *
 * @module
 */
import { refuse, type StateError } from "../../base/errors.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { isTrue } from "./idmap.ts";
import { patchInstance } from "../requests/instances.ts";
import { objectKey, type World } from "../world.ts";

/** The key that keeps an instance from being deleted. */
export const DELETE_PROTECTION = "security.protection.delete";
/** The key that keeps the owners of an instance's files from being changed to those that its id map asks for. */
export const SHIFT_PROTECTION = "security.protection.shift";
const START_PROTECTION = "security.protection.start";

/** Tells whether an instance is protected from deletion. */
export function isProtected(info: InstanceInfo): boolean {
  return isTrue(info.expandedConfig[DELETE_PROTECTION]);
}

/**
 * Refuses to delete an instance that is protected from it.
 *
 * @throws {StateError}
 */
export function refuseProtected(info: InstanceInfo, world: World, action: string): void {
  if (isProtected(info)) {
    throw refusal(action, info, { key: DELETE_PROTECTION, config: info.expandedConfig }, world);
  }
}

/**
 * Refuses to start an instance that is protected from it; `config` is that which it has, or will have.
 *
 * @throws {StateError}
 */
export function refuseStart(
  ref: InstanceRef,
  config: InstanceInfo["expandedConfig"],
  world: World,
  action: string,
): void {
  if (isTrue(config[START_PROTECTION])) throw refusal(action, ref, { key: START_PROTECTION, config }, world);
}

/**
 * Refuses to stop an instance for a while where it could not be started again.
 *
 * @throws {StateError}
 */
export function refuseStandstill(info: InstanceInfo, action: string): void {
  if (info.status === "Stopped") return;
  const why = info.ephemeral
    ? "it is ephemeral, so stopping it would delete it"
    : isTrue(info.expandedConfig[START_PROTECTION])
    ? `it has ${START_PROTECTION}, so it could not be started again`
    : undefined;
  if (why === undefined) return;
  throw refuse(`Cannot ${action} instance "${info.name}"`, why, [
    ...(info.ephemeral ? [] : [`Set ${START_PROTECTION} of "${info.name}" to false first`]),
  ]);
}

/**
 * Returns the step that removes an instance's protection from deletion just before it is deleted; none
 * without one.
 */
export function unprotectStep(info: InstanceInfo, ref: InstanceRef): Step[] {
  if (!isProtected(info)) return [];
  return [
    // A key of the instance itself overrides those of its profiles.
    send(
      `Remove the protection from deletion of instance ${ref.name}`,
      patchInstance(ref, { config: { [DELETE_PROTECTION]: "false" } }),
    ),
  ];
}

/**
 * Returns the step that protects the owners of an instance's files once its first start has set them.
 *
 * @param wanted the value of the instance's own key; empty where its profiles have it
 */
export function protectShiftStep(ref: InstanceRef, wanted: string): Step {
  return send(
    `Protect the files of instance ${ref.name} from a change of owners`,
    patchInstance(ref, { config: { [SHIFT_PROTECTION]: wanted } }),
  );
}

function refusal(
  action: string,
  ref: InstanceRef & Partial<InstanceInfo>,
  { key, config }: { readonly key: string; readonly config: InstanceInfo["expandedConfig"] },
  world: World,
): StateError {
  const { name, project } = ref;
  const profile = isTrue(ref.config?.[key])
    ? undefined
    : (ref.profiles ?? []).findLast((one) =>
      isTrue(world.profiles.get(objectKey(project, one))?.config[key])
    );
  const where = profile === undefined ? "" : ` of profile "${profile}"`;
  const flag = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return refuse(`Cannot ${action} instance "${name}"`, `it is protected by ${key}: ${config[key]}${where}`, [
    ref.config
      ? `To take that away: ${world.backend.client} config set${flag} ${quote(name)} ${key}=false`
      : `Leave that key out of its profiles and options`,
  ]);
}

/**
 * Tells whether the files of an instance must keep their owners. Those of a new instance have yet to get
 * them.
 */
export function keepsOwners(info: InstanceInfo): boolean {
  return isTrue(info.expandedConfig[SHIFT_PROTECTION]) && info.type !== "virtual-machine";
}

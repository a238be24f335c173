/**
 * Instances that a plan creates and starts, with the directories of the host that they get.
 *
 * @module
 */
import type { DirectoryUse, Starting } from "../../ports/machine_lock.ts";
import type { Devices, InstanceRef } from "../../ports/mod.ts";
import { parseApiPath } from "../../base/api.ts";
import { isStart } from "../../step/starts.ts";
import type { Plan, Step } from "../../step/step.ts";
import { dataDisks, type Disks } from "../instance/data_disks.ts";

/** An instance that a plan creates and starts. */
export interface NewInstance extends Starting {
  /** The step that starts it. */
  readonly start: Step;
}

/** Returns the instances that a plan creates and starts. */
export function newInstances(plan: Plan): readonly NewInstance[] {
  return [{ steps: plan.first }, ...plan.each].flatMap(({ steps }) =>
    steps.flatMap((step, at): NewInstance | [] => {
      const made = madeBy(step);
      if (!made) return [];
      const start = steps.slice(at).find(({ effect }) =>
        isStart(effect) && "path" in effect && (effect === step.effect || nameIn(effect.path) === made.name)
      );
      return start ? { ...made, start } : [];
    })
  );
}

/** Tells whether a step does no more than create an instance. */
export function createsInstance(step: Step | undefined): boolean {
  return step !== undefined && madeBy(step) !== undefined;
}

function madeBy({ effect }: Step): Starting | undefined {
  if (effect.kind !== "send" || effect.method !== "POST") return undefined;
  const { parts, project } = parseApiPath(effect.path);
  if (parts.length !== 1 || parts[0] !== "instances") return undefined;
  const { name = "", devices = {}, profiles = ["default"] } = (effect.body ?? {}) as Partial<Starting>;
  return { project, name, devices, profiles };
}

function nameIn(path: string): string | undefined {
  return parseApiPath(path).parts[1];
}

/** The directories of an instance that is to start. */
export interface StartingData {
  readonly uses: readonly DirectoryUse[];
  /** Disks that no other instance is to have. */
  readonly own: Disks;
}

/**
 * Returns the directories of an instance that is to start. One that has the instance's name in its path is its own; all
 * others are shared.
 *
 * @param devices the devices of the instance and of its profiles
 */
export function dataOf({ name }: InstanceRef, devices: Devices): StartingData {
  const disks = dataDisks({ expandedDevices: devices }).filter(([, { pool }]) => pool === undefined);
  const isOwn = ({ source = "" }: Disks[number][1]) => source.split("/").includes(name);
  return {
    uses: disks.map(([, disk]) => ({ directory: disk["source"]!, instance: name, own: isOwn(disk) })),
    own: disks.filter(([, disk]) => isOwn(disk)),
  };
}

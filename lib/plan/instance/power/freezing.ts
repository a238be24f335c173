/**
 * Instances that a daemon freezes at this moment, as for a run that was cut off after it had asked for that.
 *
 * @module
 */
import type { InstanceInfo } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { freezeInstance } from "../../requests/instances.ts";

/** Tells whether an instance becomes frozen at this moment. */
export function isFreezing({ status }: Pick<InstanceInfo, "status">): boolean {
  return status === "Freezing";
}

/** Tells whether an instance is frozen, or becomes so. */
export function isHalted(info: Pick<InstanceInfo, "status">): boolean {
  return info.status === "Frozen" || isFreezing(info);
}

/** Returns the step that waits until an instance is frozen: until then, the daemon refuses to unfreeze it. */
export function settleStep({ project, name }: InstanceInfo): Step {
  return send(`Wait until instance ${name} is frozen`, freezeInstance({ project, name }));
}

/**
 * Plans the removal of what runs have left that were killed.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import type { InstancePlan } from "../../step/step.ts";
import { KEPT_MARK, RUN_MARK } from "../instance/throw_away.ts";

/** Plans the removal of throw-away instances whose runs have ended without removing them. */
export function planSweep(
  strays: readonly Pick<InstanceInfo, "name" | "project" | "config">[],
): InstancePlan[] {
  return strays.map(({ name, project, config }) => ({
    instance: { name, project },
    notes: [`Instance "${name}" was left by a run that was killed; it is removed`],
    steps: [{
      title: `Remove instance ${name}, left by a run`,
      effect: { kind: "discard", instance: { name, project }, mark: config[RUN_MARK] ?? "" },
      removes: [{ kind: "instance", name, project }],
    }],
  }));
}

/** Plans the removal of a throw-away instance that the user names, as one that its run has kept. */
export function planDiscard(
  { name, project, config }: Pick<InstanceInfo, "name" | "project" | "config">,
): InstancePlan {
  const why = config[KEPT_MARK] === undefined ? "which a run has made" : "which its run has kept";
  return {
    instance: { name, project },
    steps: [{
      title: `Remove instance ${name}, ${why}`,
      effect: { kind: "discard", instance: { name, project }, mark: config[RUN_MARK] ?? "" },
      removes: [{ kind: "instance", name, project }],
    }],
  };
}

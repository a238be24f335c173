/**
 * Hooks, secrets and kept files of commands that work with configurations.
 *
 * @module
 */
import type { Comparison } from "../../../plan/changes/compare.ts";
import type { Target, World } from "../../../plan/world.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";

/** Adds the provisions of targets to their plans. */
export interface Providing {
  add(target: Target, plan: InstancePlan): InstancePlan;
  /** Checks what the plans run, before anything changes. */
  check(plans: readonly InstancePlan[]): Promise<void>;
}

/** The command that plans. */
export interface ProvidingCommand {
  readonly world: World;
  readonly command: string;
  /** It starts what was there before, so that hooks do not run. */
  readonly swapsBack?: boolean | undefined;
}

/** Tells whether a configuration has any; the modules about them are loaded only then. */
function isPlain({ instance: { config } }: Target): boolean {
  return Object.keys(config.hooks).length + Object.keys(config.secrets).length + config.keep.length === 0;
}

/** Reads what the provisions of targets need. */
export async function provisions(
  targets: readonly Target[],
  { world, command, swapsBack = false }: ProvidingCommand,
  app: App,
): Promise<Providing> {
  if (targets.every(isPlain)) {
    return { add: (_, plan) => plan, check: () => Promise.resolve() };
  }
  const [{ loadProvisions, checkHooks }, { provisioned }] = await Promise.all([
    import("../../../run/provision/load.ts"),
    import("../../../plan/provision/provision.ts"),
  ]);
  const known = await loadProvisions(targets, swapsBack ? `${command} --back` : command, app.host);
  return {
    add: (target, plan) => {
      const found = known.get(target);
      return found ? provisioned(plan, { ...found, target, world }) : plan;
    },
    check: (plans) => checkHooks(plans, app.host),
  };
}

/** Returns a function that adds what provisions make necessary to the comparison of a target. */
export async function provisionChanges(
  targets: readonly Target[],
): Promise<(target: Target, comparison: Comparison) => Comparison> {
  if (targets.every(isPlain)) return (_, comparison) => comparison;
  const { changesOfProvisions } = await import("../../../plan/provision/changes.ts");
  return (target, comparison) => ({
    ...comparison,
    changes: [...comparison.changes, ...changesOfProvisions(target, comparison.info)],
  });
}

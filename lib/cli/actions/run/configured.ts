/**
 * `run` in an instance of a configuration, or of an image of which the command line says more than the daemon knows:
 * everything is looked at before the first change.
 *
 * @module
 */
import { planRun } from "../../../plan/throwaway/run.ts";
import { planSweep } from "../../../plan/throwaway/sweep.ts";
import type { RunOptions } from "../../../plan/throwaway/options.ts";
import { objectKey, type World } from "../../../plan/world.ts";
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import { findStrays } from "../../../run/targets/strays.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { configText, ofCommandLine, verbatim, withFile } from "../../shared/given_file.ts";
import { look } from "../../shared/lifecycle/look.ts";
import { COMMAND_LINE } from "./bare.ts";
import { carryOut, endedOf } from "./carry_out.ts";
import type { Ended } from "./ended.ts";
import type { RunValues } from "./values.ts";

/** Values of a run that looks first. */
export interface ConfiguredRun {
  readonly instance: InstanceRef;
  /** A configuration file, or else an image. */
  readonly file?: string | undefined;
  readonly image: string;
  readonly options: RunOptions;
  readonly random: string | undefined;
  /** Further keys of the configuration that an image counts as. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** An instance of this name that is removed first. */
  readonly replaces?: InstanceInfo | undefined;
}

/** Values of the flags that this needs. */
export type ConfiguredValues = Pick<RunValues, "properties" | "P" | "project" | "dry-run" | "profile">;

/** Runs a program in an instance of a configuration and returns how it ended. */
export async function runConfigured(one: ConfiguredRun, values: RunValues, app: App): Promise<Ended> {
  const { plan, others } = await planConfigured(one, values, app);
  const { options, random, instance } = one;
  const out = await carryOut({ plan, others, argv: options.program?.argv, random }, values, app);
  return await endedOf(out, instance, values, app);
}

/** The plan of a run, and of the removal of leftovers of killed runs. */
export interface Planned {
  readonly plan: InstancePlan;
  readonly others: readonly InstancePlan[];
  readonly world: World;
}

/** Observes the objects of a run, and plans it and the removal of leftovers of killed runs. */
export async function planConfigured(
  one: ConfiguredRun,
  values: ConfiguredValues,
  app: App,
): Promise<Planned> {
  return await ofCommandLine(COMMAND_LINE, () => planned(one, values, app));
}

async function planned(
  { instance, file, image, options: given, more = {}, replaces }: ConfiguredRun,
  values: ConfiguredValues,
  app: App,
): Promise<Planned> {
  const from = file === undefined
    ? withFile(
      app,
      COMMAND_LINE,
      configText({
        image: verbatim(image),
        ...(values.profile.length > 0 ? { profiles: values.profile } : {}),
        ...more,
      }),
    )
    : app;
  const named = values.profile.length > 0 ? [...new Set(values.profile)] : undefined;
  const profiles = named ?? (file === undefined ? ["default"] : undefined);
  const options = { ...given, ...(profiles ? { profiles } : {}) };
  const { targets, world } = await look(
    {
      name: "run",
      needs: { images: true },
      daemonOnly: true,
      without: ["filesystems", "devices"],
      options,
    },
    { ...values, ...instance },
    [file ?? COMMAND_LINE],
    from,
  );
  const target = targets[0]!;
  const strays = await findStrays([...world.instances.values()], app.host, { now: new Date() });
  const left = planSweep([
    ...strays.filter(({ name }) => name !== replaces?.name),
    ...replaces ? [replaces] : [],
  ]);
  const same = left.find((one) => one.instance.name === target.instance.name);
  return {
    plan: afterLeft(same, planRun(target, same ? withoutLeft(world, same) : world, options)),
    others: left.filter((one) => one !== same),
    world,
  };
}

/** Returns a plan that first removes leftovers of a killed run with the same name, if there are any. */
function afterLeft(left: InstancePlan | undefined, plan: InstancePlan): InstancePlan {
  return left ? { ...plan, steps: [...left.steps, ...plan.steps] } : plan;
}

function withoutLeft(world: World, { instance: { project, name } }: InstancePlan): World {
  const key = objectKey(project, name);
  return { ...world, instances: new Map([...world.instances].filter(([one]) => one !== key)) };
}

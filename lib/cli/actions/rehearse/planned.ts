/**
 * The plan of a rehearsed command, made as the command itself makes it.
 *
 * @module
 */
import type { UpOptions } from "../../../plan/changes/up.ts";
import type { Stage } from "../../../plan/rehearse/stage.ts";
import type { PlanOptions, World } from "../../../plan/world.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { factsOf, notes, secretFor } from "../../shared/lifecycle/records.ts";
import { provisions } from "../../shared/lifecycle/provisions.ts";
import { observed } from "./carry.ts";
import type { Rehearsed } from "./rehearse.ts";

/** Plans a command for the copy of a stage. */
export async function planRehearsed(
  command: Rehearsed,
  { copy }: Stage,
  given: PlanOptions,
  app: App,
): Promise<{ readonly plan: InstancePlan; readonly world: World }> {
  const world = await observed([copy], app);
  const [facts, secret] = await Promise.all([factsOf([copy], app), secretFor([copy], app)]);
  const options: UpOptions = {
    ...given,
    recordsSecrets: true,
    ...secret.options,
    ...{ restart: true, rebuild: true, take: "file", deleteSnapshots: true },
  };
  const planned = command === "rebuild"
    ? await rebuilder(options)
    : await upper(options, app, { copy, world });
  const noting = await notes({ world, facts }, options);
  const providing = await provisions([copy], {
    world,
    command,
    plan: (target) => planned(target, world),
  }, app);
  const plan = noting(copy, providing.add(copy, planned(copy, world)));
  await providing.check([plan]);
  return { plan, world };
}

type Planner = (target: Stage["copy"], world: World) => InstancePlan;

async function rebuilder(options: UpOptions): Promise<Planner> {
  const { planRebuild } = await import("../../../plan/lifecycle/rebuild/rebuild.ts");
  return (target, world) => planRebuild(target, world, options);
}

async function upper(
  options: UpOptions,
  app: App,
  { copy, world }: { readonly copy: Stage["copy"]; readonly world: World },
): Promise<Planner> {
  const [{ planUp }, { compareTargets }] = await Promise.all([
    import("../../../plan/changes/up.ts"),
    import("../changes/compare.ts"),
  ]);
  const [compared] = await compareTargets([copy], world, app);
  return (_, seen) => planUp(compared!, seen, options).plan;
}

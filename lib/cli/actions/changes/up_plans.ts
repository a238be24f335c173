/**
 * Plans of the instances of `up`, in the order in which they start.
 *
 * @module
 */
import type { UpOptions, UpPlan } from "../../../plan/changes/up.ts";
import { objectKey, refOf, type Target } from "../../../plan/world.ts";
import type { Earlier, InstancePlan, Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import type { look } from "../../shared/lifecycle/look.ts";
import { planAll } from "../../shared/lifecycle/plan_all.ts";
import { provisions } from "../../shared/lifecycle/provisions.ts";
import type { RecordSecret } from "../../shared/lifecycle/record_secret.ts";
import type { Compared } from "./compare.ts";

/** An instance that is planned. */
export interface Planned extends Compared {
  readonly up: UpPlan;
  readonly plan: InstancePlan;
}

/** Facts about instances that are locked, and how they are planned. */
export type Locked = Awaited<ReturnType<typeof look>> & {
  readonly options: UpOptions;
  readonly keeping: RecordSecret["keeping"];
};

/** Facts of a run. */
interface Known {
  /** Steps that come before those of a target. */
  readonly before: ReadonlyMap<Target, readonly Step[]>;
  /** The command line gives the name of the instance. */
  readonly named: boolean;
}

/** Plans all instances, in the order in which they start. */
export async function planEach(
  compared: readonly Compared[],
  { world, facts, options, before, named }: Locked & Known,
  app: App,
): Promise<readonly Planned[]> {
  const [
    { isUnfinished, planUp },
    { earlierNames },
    { completionSteps, withoutReady },
    { followSteps, isStart },
    { recorded },
    { lookAtTrees },
    { dependenciesOf, startWaves },
    { changeLine },
  ] = await Promise.all([
    import("../../../plan/changes/up.ts"),
    import("../../../plan/checks/renamed.ts"),
    import("../../../plan/changes/completed.ts"),
    import("../../../plan/changes/dependents.ts"),
    import("../../../plan/record/write.ts"),
    import("../../../plan/tree/look.ts"),
    import("../../../plan/checks/order.ts"),
    import("../../../plan/changes/text.ts"),
  ]);
  const targets = compared.map(({ target }) => target);
  const providing = await provisions(targets, {
    world,
    command: "up",
    plan: (target) => planUp(compared.find((one) => one.target === target)!, world, options).plan,
    deliver: new Set(
      compared.filter(({ comparison }) => comparison.changes.some(({ part }) => part === "secrets"))
        .map(({ target }) => target),
    ),
  }, app);
  const starts = compared.filter((one) =>
    isUnfinished(one, world) ||
    one.comparison.changes.some((change) => isStart(change, one.target, options))
  );
  const run = {
    readySeconds: options.readySeconds,
    now: Date.now(),
    starts: new Set(starts.map(({ target: { instance } }) => objectKey(instance.project, instance.name))),
  };
  const planned = planAll(compared, (one): Planned => {
    const { target, comparison } = one;
    const result = planUp(one, world, options);
    const scope = {
      target,
      world,
      facts: facts!(target),
      after: result.after,
      kept: result.kept,
      always: result.records,
    };
    const plan = lookAtTrees(
      recorded(providing.add(target, result.plan), scope, options),
      [target],
      world,
      "up",
    );
    const lines = comparison.changes.map((change) => printable(changeLine(change)));
    const waits = dependenciesOf(target, targets).map((other): Earlier => {
      const { required = true, until = "started" } = target.instance.settings.after[other.instance.name] ??
        {};
      return { ...refOf(other.instance), required, until: until === "started" ? until : "ended" };
    });
    return {
      ...one,
      up: result,
      plan: {
        ...plan,
        steps: [
          ...before.get(target) ?? [],
          ...completionSteps(target, world, run),
          ...followSteps(target, compared),
          ...withoutReady(plan.steps, target, targets),
        ],
        notes: [...lines, ...named ? [] : earlierNames(target, targets, world), ...plan.notes ?? []],
        ...(waits.length > 0 ? { after: waits } : {}),
      },
    };
  });
  await providing.check(planned.map(({ plan }) => plan));
  app.signal.throwIfAborted();
  return startWaves(targets, world).flat().map((target) => planned.find((one) => one.target === target)!);
}

/**
 * `ci garm`: starts, stops and removes instances that are there.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { CONTROLLER, garmInstances, GarmMissing, isCopy, type Order } from "../../../plan/ci/garm.ts";
import { POOL_KEYS, UUID_KEY } from "../../../plan/pool/names.ts";
import { planEnd } from "../../../plan/ci/gitlab.ts";
import { deleteInstance, startInstance } from "../../../plan/requests/instances.ts";
import { RUN_MARK, runOf } from "../../../plan/instance/throw_away.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import { checkComplete, type GarmValues, instanceFor } from "./garm.ts";
import { titled } from "./gitlab.ts";
import type { Ground } from "./settings.ts";

/** Time that a runner has to stop, in seconds: garm asks for it to be forced. */
const STOP_SECONDS = 0;

/** Carries out an order that changes instances which are there. */
export async function change(order: Order, values: GarmValues, ground: Ground): Promise<undefined> {
  const { app } = ground;
  const failures = await app.apply({ first: [], each: await plansOf(order, ground) }, {
    dryRun: values["dry-run"],
    parallel: 8,
    undoOnFailure: false,
    verbose: false,
    quiet: true,
    several: false,
  });
  const [failure] = failures;
  if (failure) throw titled(failure.error, failure.step?.title);
}

async function plansOf(order: Order, ground: Ground): Promise<readonly InstancePlan[]> {
  const { app, project } = ground;
  const server = await app.server();
  if (order.command === "RemoveAllInstances") {
    await checkComplete(app);
    return garmInstances(await server.instances(project), order.controller).flatMap(gone);
  }
  const info = await instanceFor(order, ground);
  if (order.command === "DeleteInstance") {
    if (info) return gone(info);
    const other = await server.instance({ project, name: order.instance });
    // One that was kept is its user's.
    if (!other || other.config[POOL_KEYS.state] === "kept") return [];
    return gone(own(other, order));
  }
  if (!info) throw new GarmMissing(order.instance);
  const { name } = info;
  const instance = { project, name };
  const runs = info.status === "Running";
  if (order.command === "StartInstance") {
    return runs ? [] : [{ instance, steps: [send(`Start instance ${name}`, startInstance(instance))] }];
  }
  return info.status === "Stopped" ? [] : [{
    instance,
    steps: [{ title: `Stop instance ${name}`, effect: { kind: "stop", instance, seconds: STOP_SECONDS } }],
  }];
}

/** Checks that an instance is one of the controller. */
function own(info: InstanceInfo, { controller }: Order): InstanceInfo {
  if (garmInstances([info], controller).length > 0) return info;
  const reason = isCopy(info)
    ? `it is a copy of an instance of garm, or has another name than garm gave it (${RUN_MARK})`
    : `it is none of this controller (${CONTROLLER})`;
  throw refuse(`Cannot delete instance "${info.name}"`, reason);
}

/** Plans the end of an instance, also of one that another provider has made. */
function gone(info: InstanceInfo): readonly InstancePlan[] {
  if (runOf(info) !== undefined) return planEnd([info]);
  const instance = { project: info.project, name: info.name };
  const pool = info.config[POOL_KEYS.pool];
  if (pool !== undefined) {
    const uuid = info.config[UUID_KEY] ?? "";
    // A runner is used once: its instance is not set back, whatever the pool says.
    const act = { act: "retire", project: info.project, pool, instance, uuid, why: "forced" } as const;
    return [{
      instance,
      steps: [{ title: `Remove instance ${info.name}`, effect: { kind: "pool", ...act } }],
    }];
  }
  const steps: Step[] = [
    ...(info.status === "Stopped"
      ? []
      : [{ title: `Stop instance ${info.name}`, effect: { kind: "stop", instance, seconds: 0 } } as const]),
    send(`Delete instance ${info.name}`, deleteInstance(instance), { already: "not found" }),
  ];
  return [{ instance, steps }];
}

/**
 * `ci garm`, `CreateInstance` with a pool: a runner in an instance that is warm already. It keeps its name, and a key
 * has the name that garm gave it.
 *
 * @module
 */
import { LxopsError, refuse } from "../../../base/errors.ts";
import {
  type Bootstrap,
  GARM_NAME,
  GarmDuplicate,
  garmFind,
  garmInstance,
  garmMarks,
  type Order,
} from "../../../plan/ci/garm.ts";
import { installStep } from "../../../plan/ci/garm_script.ts";
import { patchInstance } from "../../../plan/requests/instances.ts";
import { instanceLock } from "../../../run/lock/names.ts";
import { noPool, readSpec } from "../../../run/pool/ports.ts";
import type { InstanceRef } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { PoolAct } from "../../../step/pool.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { acquireStep, makeUp, take } from "../pool/acquire.ts";
import { changes, poolAt, type PoolPlace } from "../pool/place.ts";
import type { GarmValues } from "./garm.ts";
import { WAIT } from "./pooled.ts";
import type { Ground } from "./settings.ts";

/** Time of the lease until the instance has the keys of garm, in seconds: where lxops is killed, it ends by itself. */
const FIRST_SECONDS = 600;

/** Time of the lease of a runner, in seconds: garm removes it, and may let it wait for a job for weeks. */
const RUNNER_SECONDS = 366 * 86_400;

/** Longest wait for another call about the same runner, in seconds. */
const LOCK_SECONDS = 120;

/** A runner that garm wants, and the pool that it is taken from. */
export interface PooledRunner {
  readonly order: Order;
  readonly bootstrap: Bootstrap;
  readonly pool: string;
}

/** Takes an instance of a pool, starts the installation of its runner, and returns it as garm reads it. */
export async function createPooled(
  { order, bootstrap, pool }: PooledRunner,
  values: GarmValues,
  ground: Ground,
): Promise<unknown> {
  const { app, project } = ground;
  const place = await poolAt(app, pool, project);
  const { name } = bootstrap;
  if (changes(values)) {
    const command = "ci garm";
    await app.lock([await instanceLock({ project, name })], { command, seconds: LOCK_SECONDS });
  }
  const server = await app.server();
  const [named, infos] = await Promise.all([server.instance({ project, name }), server.instances(project)]);
  if (named || garmFind(infos, { ...order, instance: name })) throw new GarmDuplicate(name);
  const owner = `garm ${order.controller} ${name}`;
  const taking = { ...values, owner, lease: `${FIRST_SECONDS}s`, wait: WAIT };
  const taken = await take(place, taking);
  const runner = { order, bootstrap, pool };
  if (!taken) return await show(runner, acquireStep(place, taking), values, place);
  const ref = { project: place.ref.project, name: taken.lease.instance };
  const applied = { quiet: true, showSecrets: values["show-secrets"] ?? false };
  try {
    await applyPlan(app, { first: [], each: [planRunner(ref, taken.lease.lease, runner)] }, applied);
  } catch (error) {
    await giveBack(ref, taken.lease.lease, place);
    throw error;
  }
  await makeUp(place, taken);
  const made = await server.instance(ref);
  if (!made) throw new LxopsError(`Instance "${ref.name}" of pool "${pool}" is gone`);
  return garmInstance(made);
}

/** Checks that runners can be taken from a pool. */
export async function checkPool(pool: string, { app, project }: Ground): Promise<void> {
  const { ref } = await poolAt(app, pool, project);
  const spec = await readSpec(ref, { server: await app.server() });
  if (!spec) throw noPool(ref);
  if (spec.mode === "self") {
    throw refuse(
      `Runners cannot be taken from pool "${pool}"`,
      "its mode is self: its instances work by themselves",
    );
  }
}

/** Plans a runner in an instance that was taken. */
function planRunner(instance: InstanceRef, lease: string, { order, bootstrap }: PooledRunner): InstancePlan {
  const config = { ...garmMarks(order, bootstrap), [GARM_NAME]: bootstrap.name };
  return {
    instance,
    steps: [
      // One that is ephemeral would go when garm stops it.
      send(
        `Note garm's name of instance ${instance.name}`,
        patchInstance(instance, { config, ephemeral: false }),
      ),
      step("Renew the lease", { act: "renew", project: instance.project, lease, seconds: RUNNER_SECONDS }),
      installStep(instance, bootstrap),
    ],
  };
}

async function show(
  runner: PooledRunner,
  first: Step,
  values: GarmValues,
  { app, ref: { project, pool } }: PoolPlace,
): Promise<undefined> {
  const instance = { project, name: `${pool}-0` };
  const plan = planRunner(instance, `${instance.name}.LEASE`, runner);
  const notes = [
    `"${instance.name}" stands for the instance that is taken, and "${instance.name}.LEASE" for its lease`,
  ];
  await applyPlan(app, { first: [], each: [{ ...plan, notes, steps: [first, ...plan.steps] }] }, {
    dryRun: values["dry-run"],
    quiet: true,
    showSecrets: values["show-secrets"] ?? false,
  });
}

/** Gives an instance back whose runner could not be started; where that fails, its lease ends soon. */
async function giveBack({ project, name }: InstanceRef, lease: string, { app }: PoolPlace): Promise<void> {
  const release = step(`Release instance ${name}`, { act: "release", project, lease, keep: false });
  try {
    await applyPlan(app, { first: [release], each: [] }, { quiet: true, afterSignal: true });
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    app.complain(`note: instance "${name}" goes once its lease has run out: ${error.message}`);
  }
}

function step(title: string, act: PoolAct): Step {
  return { title, effect: { kind: "pool", ...act } };
}

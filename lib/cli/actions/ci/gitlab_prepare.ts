/**
 * `ci gitlab prepare`: the instances of a job and of its services. Called again for the same job, it uses those
 * that run.
 *
 * @module
 */
import { EXIT, TimeoutError } from "../../../base/errors.ts";
import { cachesOfJob } from "../../../plan/ci/caches.ts";
import { jobImage, shown } from "../../../plan/ci/images.ts";
import { instanceOf, type Job, runOfJob, serviceName } from "../../../plan/ci/job.ts";
import {
  hostsStep,
  parseServices,
  type Service,
  serviceAddress,
  serviceSteps,
} from "../../../plan/ci/services.ts";
import { runOf } from "../../../plan/instance/throw_away.ts";
import { readySteps } from "../../../plan/throwaway/steps.ts";
import { LOCK_PREFIX } from "../../../ports/lock.ts";
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { locks } from "../../shared/lifecycle/lock.ts";
import { planConfigured } from "../run/configured.ts";
import { type ChangingValues, forRunner, jobOf, LOCK_SECONDS, lockJob, titled } from "./gitlab.ts";
import { configOf, optionsOf, runnerOf } from "./instance.ts";
import { poolOf, takeInstance } from "./pooled.ts";
import { type Ground, groundOf } from "./settings.ts";

/** Time that an instance stays after the time limit of its job, for the stages after it, in seconds. */
const AFTER_SECONDS = 3600;

/** Times are rounded up to so many milliseconds, so that a dry run shows the same as the real one. */
const ROUND_MS = 600_000;

/** An instance of a job. */
interface Part {
  readonly ref: InstanceRef;
  readonly image: string;
  /** It is one of a pool, which makes it. */
  readonly isLeased?: true;
  /** Absent: the instance of the job itself. */
  readonly service?: Service;
}

/** Runs `ci gitlab prepare`. */
export async function prepare(values: ChangingValues, _: readonly string[], app: App): Promise<number> {
  return await forRunner(app, async () => {
    const ground = await groundOf(values, app);
    const job = await jobOf(values, app);
    const pool = poolOf(values, app);
    const parts = pool === ""
      ? partsOf(instanceOf(job), job, ground, app)
      : await pooledParts(pool, job, ground, values, app);
    if (pool === "") await lockJob(job, ground, values, "ci gitlab prepare");
    await prepareParts(parts, job, ground, values);
    return EXIT.ok;
  });
}

function partsOf(name: string, job: Job, ground: Ground, app: App): readonly Part[] {
  const { settings, file, project } = ground;
  const image = jobImage(settings, app.host.env("CUSTOM_ENV_CI_JOB_IMAGE") ?? "", file);
  return [{ ref: { project, name }, image }, ...servicesOf(job, ground, app)];
}

/** Returns the parts of a job in an instance of a pool, whose image the pool has. */
async function pooledParts(
  pool: string,
  job: Job,
  ground: Ground,
  values: ChangingValues,
  app: App,
): Promise<readonly Part[]> {
  const services = servicesOf(job, ground, app);
  const image = app.host.env("CUSTOM_ENV_CI_JOB_IMAGE") ?? "";
  if (image !== "") app.complain(`note: the job has an instance of pool "${pool}", not of ${shown(image)}`);
  const seconds = (job.seconds ?? ground.settings.lifetime) + AFTER_SECONDS;
  await lockJob(job, ground, values, "ci gitlab prepare");
  const name = await takeInstance({ pool, owner: runOfJob(job), seconds }, ground, values);
  return [{ ref: { project: ground.project, name }, image: "", isLeased: true }, ...services];
}

function servicesOf(job: Job, { settings, file, project }: Ground, { host }: App): readonly Part[] {
  const services = parseServices(host.env("CUSTOM_ENV_CI_JOB_SERVICES") ?? "", settings, file);
  return services.map((service, index): Part => ({
    ref: { project, name: serviceName(job, index + 1) },
    image: service.image,
    service,
  }));
}

async function prepareParts(
  parts: readonly Part[],
  job: Job,
  ground: Ground,
  values: ChangingValues,
): Promise<void> {
  const { settings, app, project } = ground;
  if (settings.caches.length > 0 && !parts[0]?.isLeased && locks(values)) {
    const name = `${LOCK_PREFIX}-ci.${job.trust}`;
    const want = { project: project || "default", name, what: "the caches of this project" };
    await app.lock([want], { command: "ci gitlab prepare", seconds: LOCK_SECONDS });
  }
  const instances = await (await app.server()).instances(project);
  const plans: InstancePlan[] = [];
  const others = new Map<string, InstancePlan>();
  for (const part of parts) {
    const planned = await planPart(part, job, instances, ground);
    plans.push(planned.plan);
    for (const one of planned.others) others.set(one.instance.name, one);
  }
  const each = [
    ...plans,
    ...[...others.values()].filter(({ instance }) =>
      !plans.some((plan) => plan.instance.name === instance.name)
    ),
  ];
  await carryOut(each, plans, values, app);
  const services = parts.filter(({ service }) => service !== undefined);
  if (services.length > 0) await nameServices(parts[0]!, services, ground, values);
}

async function carryOut(
  each: readonly InstancePlan[],
  needed: readonly InstancePlan[],
  values: ChangingValues,
  app: App,
): Promise<void> {
  const failures = await app.apply({ first: [], each }, {
    dryRun: values["dry-run"],
    parallel: 8,
    undoOnFailure: false,
    verbose: false,
    several: false,
    claim: { command: "ci gitlab" },
    showSecrets: values["show-secrets"] ?? false,
  });
  for (const { instance, error, step } of failures) {
    // What earlier jobs have left goes with the next one.
    if (needed.some((plan) => plan.instance.name === instance)) throw titled(error, step?.title);
  }
}

async function planPart(
  { ref, image, isLeased, service }: Part,
  job: Job,
  instances: readonly InstanceInfo[],
  { settings, app, project }: Ground,
): Promise<{ readonly plan: InstancePlan; readonly others: readonly InstancePlan[] }> {
  // The pool has waited until it was ready.
  if (isLeased) return { plan: { instance: ref, steps: [] }, others: [] };
  const run = runOfJob(job);
  const existing = instances.find(({ name }) => name === ref.name);
  const isOwn = existing !== undefined && runOf(existing) === run;
  const seconds = job.seconds ?? settings.lifetime;
  const options = optionsOf(settings, {
    run,
    until: new Date(Math.ceil((Date.now() + (seconds + AFTER_SECONDS) * 1000) / ROUND_MS) * ROUND_MS),
    caches: service ? [] : cachesOfJob(settings, job.trust, instances),
    runner: service ? undefined : await runnerOf(settings, app.host, app),
  });
  const more = service ? serviceSteps(ref, service, options.readySeconds) : [];
  if (existing && isOwn && existing.status === "Running") {
    const notes = [`Instance "${ref.name}" is there already`];
    return {
      plan: { instance: ref, notes, steps: [...readySteps(ref, options, false), ...more] },
      others: [],
    };
  }
  const { plan, others } = await planConfigured(
    {
      instance: ref,
      image,
      options,
      random: undefined,
      more: configOf(settings),
      replaces: isOwn ? existing : undefined,
    },
    { properties: undefined, P: [], project, "dry-run": false, profile: settings.profiles },
    app,
  );
  return { plan: { ...plan, steps: [...plan.steps, ...more] }, others };
}

/** Writes the names of services into the instance of a job, once they have addresses. */
async function nameServices(
  job: Part,
  services: readonly Part[],
  { app, project }: Ground,
  values: ChangingValues,
): Promise<void> {
  const isShown = values["dry-run"];
  const infos = isShown ? [] : await (await app.server()).instances(project, { state: true });
  const lines = services.map(({ ref: { name }, service }) => {
    const address = isShown
      ? `ADDRESS-OF-${name}`
      : serviceAddress(infos.find((one) => one.name === name)?.addresses ?? []);
    if (address === undefined) {
      throw new TimeoutError(`The service in instance "${name}" has no address`, [
        "Instances of services need a network: network, profiles and wait of the administrator's file",
      ]);
    }
    return { names: service!.names, address };
  });
  const plan = { instance: job.ref, steps: [hostsStep(job.ref, lines)] };
  await carryOut([plan], [plan], values, app);
}

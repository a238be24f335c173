/**
 * Jobs in instances of a pool: the lease has the job as its owner, by which later commands find it.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { missing } from "../../../base/missing.ts";
import { leaseOf, type LeaseRecord } from "../../../plan/pool/lease.ts";
import { hasOwnProfiles } from "../../../ports/daemon.ts";
import { clockOf } from "../../../run/pool/ports.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { makeUp, take } from "../pool/acquire.ts";
import { poolAt } from "../pool/place.ts";
import { LONGEST_SECONDS } from "../run/time_limits.ts";
import type { Ground } from "./settings.ts";

/** Variable in which the first command of a job names the pool to the others. */
export const POOL_VARIABLE = "LXOPS_CI_POOL";

/** Longest wait for an instance that is free; the runner asks again after that. */
export const WAIT = "60s";

/** Returns the pool of a flag or of the first command of a job, unchecked; empty: none. */
export function givenPool({ pool }: { readonly pool: string }, { host }: Pick<App, "host">): string {
  return pool || host.env(POOL_VARIABLE) || "";
}

/**
 * Returns the pool that a command is for; empty: none.
 *
 * @throws {UsageError} where it is one of another daemon than that of the file
 */
export function poolOf(values: { readonly pool: string }, app: Pick<App, "host">): string {
  const pool = givenPool(values, app);
  const colon = pool.indexOf(":");
  if (colon < 0) return pool;
  throw new UsageError(`--pool takes the name of a pool at the daemon of jobs, not "${pool}"`, [
    `To use a pool of the remote: write "remote: ${pool.slice(0, colon)}" into the administrator's file`,
  ]);
}

/** The place of leases; without a project: all projects. */
interface LeasePlace extends Pick<Ground, "app"> {
  readonly project: string | undefined;
}

/** Returns the leases of a job, each with its project. */
export async function leasesOf(
  owner: string,
  { app, project }: LeasePlace,
): Promise<readonly (LeaseRecord & { readonly project: string })[]> {
  const server = await app.server();
  const projects = project === undefined
    ? (await server.projects()).filter(hasOwnProfiles).map(({ name }) => name)
    : [project || "default"];
  const found = await Promise.all(
    projects.map(async (name) => (await server.profiles(name)).map((profile) => ({ name, profile }))),
  );
  return found.flat().flatMap(({ name, profile }) => {
    const lease = leaseOf(profile);
    return lease?.owner === owner ? [{ ...lease, project: name }] : [];
  });
}

/** Returns the name of the instance of a job: the one that it has already, or another one of the pool. */
export async function takeInstance(
  { pool, owner, seconds }: { readonly pool: string; readonly owner: string; readonly seconds: number },
  ground: Pick<Ground, "app" | "project">,
  values: { readonly "dry-run": boolean },
): Promise<string> {
  const leases = await leasesOf(owner, ground);
  const now = clockOf(await ground.app.server());
  const old = leases.find(({ expires }) => expires > now());
  if (old) return old.instance;
  const place = await poolAt(ground.app, pool, ground.project);
  // GitLab allows longer jobs than leases can be.
  const lease = `${Math.min(seconds, LONGEST_SECONDS)}s`;
  const taken = await take(place, { ...values, owner, lease, wait: WAIT });
  if (taken) await makeUp(place, taken);
  // A dry run does not know which instance it would be.
  return taken?.lease.instance ?? `${place.ref.pool}-0`;
}

/** Returns the name of the instance that a job has of a pool. */
export async function leasedInstance(owner: string, pool: string, ground: Ground): Promise<string> {
  const [lease] = await leasesOf(owner, ground);
  if (lease) return lease.instance;
  throw missing("instance", "of the job", { where: ` in pool "${pool}"` });
}

/** Returns the plans that give the instances of a job back. */
export async function releases(
  owner: string,
  place: LeasePlace,
): Promise<readonly InstancePlan[]> {
  return (await leasesOf(owner, place)).map(({ lease, instance, project }) => ({
    instance: { project, name: instance },
    steps: [{
      title: `Release instance ${instance}`,
      effect: { kind: "pool", act: "release", project, lease, keep: false },
    }],
  }));
}

/**
 * `ci falk --pool`: machines of justin that are instances of a pool.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { leaseOf } from "../../../plan/pool/lease.ts";
import type { PoolSpec } from "../../../plan/pool/spec.ts";
import { noPool, readSpec } from "../../../run/pool/ports.ts";
import type { InstancePlan } from "../../../step/step.ts";
import { absentValue } from "../../command/parse.ts";
import { run as runCommand } from "../../commands/run/run.ts";
import { type PoolRunValues, runPooled } from "../pool/run.ts";
import { poolAt } from "../pool/place.ts";
import { WAIT } from "./pooled.ts";
import type { Ground } from "./settings.ts";

/** Begins the owner of the lease of a machine; the run of its launch follows. */
const OWNER = "falk ";

/** Checks that machines can be taken from a pool. */
export async function checkPool(pool: string, { app, project }: Ground): Promise<void> {
  const { ref } = await poolAt(app, pool, project);
  const spec = await readSpec(ref, { server: await app.server() });
  if (!spec) throw noPool(ref);
  const reason = problemOf(spec);
  if (reason !== undefined) {
    throw refuse(`Machines cannot be taken from pool "${pool}"`, reason, [
      `To make one for them: lxops pool create --host-key image --size ${spec.size} POOL ${spec.image}`,
    ]);
  }
}

function problemOf({ mode, hostKeys }: PoolSpec): string | undefined {
  if (mode === "self") return "its mode is self: its instances work by themselves";
  if (hostKeys === "new") return "each instance has new host keys, and justin.conf pins those of the image";
  return undefined;
}

/** Values of a launch. */
export interface PooledMachine {
  readonly pool: string;
  /** `ADDRESS:PORT` of this machine that leads to the SSH server. */
  readonly listen: string;
  readonly "dry-run": boolean;
  readonly "show-secrets"?: boolean;
}

/** Runs a machine of a pool until it is turned off, and returns the exit code. */
export async function launchPooled(
  { pool, listen, ...values }: PooledMachine,
  { app, project }: Ground,
): Promise<number> {
  const absent = Object.entries(runCommand.flags).map(([name, flag]) => [name, absentValue(flag)]);
  const owner = `${OWNER}${await app.host.thisRun() ?? ""}`.trim();
  const given = {
    ...Object.fromEntries(absent) as PoolRunValues,
    ...values,
    ...{ pool, project, owner },
    "pool-wait": WAIT,
    "ssh-listen": listen,
    "until-stopped": true,
  };
  return (await runPooled([], given, app)).code;
}

/** Returns the plans that give machines back whose launch was killed. */
export async function releases(pool: string, { app, project }: Ground): Promise<readonly InstancePlan[]> {
  const profiles = await (await app.server()).profiles(project);
  const held = profiles.flatMap((profile) => {
    const lease = leaseOf(profile);
    return lease?.pool === pool && lease.owner.startsWith(OWNER)
      ? [{ ...lease, run: lease.owner.slice(OWNER.length) }]
      : [];
  });
  if (held.length === 0) return [];
  const states = await app.host.runStates(held.map(({ run }) => run));
  return held.filter(({ run }) => states.get(run) === "over").map(({ lease, instance }) => ({
    instance: { project, name: instance },
    steps: [{
      title: `Release instance ${instance}`,
      effect: { kind: "pool", act: "release", project, lease, keep: false },
    }],
  }));
}

/**
 * Plans of `doctor --fix`, which makes only harmless changes.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { run } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { unfreezeLeft } from "../storage/freeze.ts";
import { objectKey } from "../world.ts";
import type { RemainsFacts } from "./facts.ts";
import type { Finding, Fix } from "./finding.ts";

/** Returns the changes of one kind that mend findings. */
export function fixesOf<K extends Fix["kind"]>(
  findings: readonly Finding[],
  kind: K,
): readonly Extract<Fix, { readonly kind: K }>[] {
  return findings.flatMap(({ fix }) => fix?.kind === kind ? [fix as Extract<Fix, { readonly kind: K }>] : []);
}

/** Plans the changes of modes of files. */
export function modeSteps(findings: readonly Finding[]): readonly Step[] {
  return fixesOf(findings, "chmod").map(({ path, mode }) =>
    run(`Remove the rights of others on ${path}`, { argv: ["chmod", mode, "--", path] })
  );
}

/** Plans to thaw the instances that interrupted runs have left frozen. */
export function unfreezePlans(
  refs: readonly InstanceRef[],
  instances: readonly InstanceInfo[],
  { runs, thisRun }: Pick<RemainsFacts, "runs" | "thisRun">,
): readonly InstancePlan[] {
  const known = new Map(instances.map((info) => [objectKey(info.project, info.name), info]));
  const world = { instances: known, runs, ...(thisRun === undefined ? {} : { thisRun }) };
  return refs.map((instance) => ({ instance, steps: unfreezeLeft(world, [instance]) }));
}
